import {
  InvalidAuthorizerResult,
  parseAuthorizerAnswer,
  parseContextAnswer,
  parsePolicyAnswer,
} from '../../../gateway/authorizer-answer.ts';
import type { PolicyDocument } from '../../../policy/policy-document.ts';
import type { Json } from '../request/http-api-request.ts';

type Context = { readonly [key: string]: Json } | null;

/** What an authorizer returned, once it is known to be usable. */
export type AuthorizerResult =
  /** For every request with this identity alike (AG-570). */
  | { readonly kind: 'simple'; readonly isAuthorized: boolean; readonly context: Context; readonly source: unknown }
  | {
      readonly kind: 'policy';
      readonly policy: PolicyDocument;
      readonly principalId: string;
      readonly context: Context;
      readonly source: unknown;
    };

/** Reads the function's answer, JSON text. @throws InvalidAuthorizerResult */
export function parseAuthorizerResult(payload: string, simpleResponses: boolean): AuthorizerResult {
  const source = parseAuthorizerAnswer(payload);
  const context = toContext(parseContextAnswer(source));
  if (!simpleResponses) return { kind: 'policy', ...parsePolicyAnswer(source), context, source };
  const { isAuthorized } = source;
  if (typeof isAuthorized !== 'boolean') {
    throw new InvalidAuthorizerResult('The authorizer returned no isAuthorized, which must be true or false');
  }
  return { kind: 'simple', isAuthorized, context, source };
}

/** Anything that JSON can say (AG-574), but for the reserved name (AG-576). */
function toContext(context: Readonly<Record<string, unknown>> | null): Context {
  if (context === null) return null;
  const { claims: _, ...rest } = context;
  return rest as { readonly [key: string]: Json };
}
