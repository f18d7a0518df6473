import {
  InvalidAuthorizerResult,
  parseAuthorizerAnswer,
  parseContextAnswer,
  parsePolicyAnswer,
} from '../../../gateway/authorizer-answer.ts';
import type { PolicyDocument } from '../../../policy/policy-document.ts';

/** What an authorizer returned, once it is known to be usable. */
export interface AuthorizerResult {
  readonly policy: PolicyDocument;
  /** `$context.authorizer`: the context as strings, and `principalId` (AG-142, AG-145). */
  readonly context: ReadonlyMap<string, string>;
  /** The value of an API key, for APIs that take their keys from authorizers (AG-148). */
  readonly usageIdentifierKey: string | undefined;
  /** As returned, for the trace. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** Reads the function's answer, JSON text. @throws InvalidAuthorizerResult */
export function parseAuthorizerResult(payload: string): AuthorizerResult {
  const source = parseAuthorizerAnswer(payload);
  const { principalId, policy } = parsePolicyAnswer(source);
  const usageIdentifierKey = source['usageIdentifierKey'] ?? undefined;
  if (usageIdentifierKey !== undefined && typeof usageIdentifierKey !== 'string')
    throw new InvalidAuthorizerResult('The authorizer returned a usageIdentifierKey that is no string');
  return { policy, context: toContext(principalId, parseContextAnswer(source) ?? {}), usageIdentifierKey, source };
}

/** Strings, numbers and booleans become strings; null counts as absent; anything else is refused (AG-142 to AG-144). */
function toContext(principalId: string, context: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(context)) {
    if (value === null) continue;
    if (typeof value === 'object') {
      throw new InvalidAuthorizerResult(
        `The authorizer returned a context whose "${key}" is an object or a list; only strings, numbers and booleans are allowed`,
      );
    }
    values.set(key, String(value));
  }
  values.set('principalId', principalId);
  return values;
}
