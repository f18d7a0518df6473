import { JavaMap } from '../../vtl/java-value.ts';
import { JsonProblem, readJson } from '../../vtl/read-json.ts';

/** The status of a MOCK integration's request template, or why it has none: then each call is answered 500 (AG-317, AG-319). */
export type MockStatus = { readonly status: number } | { readonly problem: string };

/** Reads `{"statusCode": 200}`, also with names that are not quoted, as CDK writes it (AG-317, CFN-071). */
export function parseMockStatus(text: string): MockStatus {
  try {
    const value = readJson(text, { unquotedNames: true });
    const status = value instanceof JavaMap ? value.get('statusCode') : undefined;
    if (typeof status === 'bigint') return { status: Number(status) };
    return { problem: 'the request template gives no integer statusCode' };
  } catch (error) {
    if (error instanceof JsonProblem) return { problem: `the request template is not JSON: ${error.message}` };
    throw error;
  }
}
