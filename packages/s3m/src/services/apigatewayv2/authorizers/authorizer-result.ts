import { parsePolicy } from '../../../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../../../policy/policy-document.ts';
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

/** A result that AWS answers with 500 (AG-572). `message` is why. */
export class InvalidAuthorizerResult extends Error {}

/** Reads the function's answer, JSON text. @throws InvalidAuthorizerResult */
export function parseAuthorizerResult(payload: string, simpleResponses: boolean): AuthorizerResult {
  const source = parseJson(payload);
  if (!isObject(source)) throw new InvalidAuthorizerResult('The authorizer returned no object');
  const context = toContext(source['context']);
  if (simpleResponses) {
    const { isAuthorized } = source;
    if (typeof isAuthorized !== 'boolean') {
      throw new InvalidAuthorizerResult('The authorizer returned no isAuthorized, which must be true or false');
    }
    return { kind: 'simple', isAuthorized, context, source };
  }
  const { principalId, policyDocument } = source;
  if (typeof principalId !== 'string') throw new InvalidAuthorizerResult('The authorizer returned no principalId, which must be a string');
  if (!isObject(policyDocument)) throw new InvalidAuthorizerResult('The authorizer returned no policyDocument, which must be an object');
  try {
    return { kind: 'policy', policy: parsePolicy(policyDocument), principalId, context, source };
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new InvalidAuthorizerResult(`Could not parse policy: ${error.message}`);
    throw error;
  }
}

/** Anything that JSON can say (AG-574), but for the reserved name (AG-576). */
function toContext(context: unknown): Context {
  if (context === undefined || context === null) return null;
  if (!isObject(context)) throw new InvalidAuthorizerResult('The authorizer returned a context that is no object');
  const { claims: _, ...rest } = context;
  return rest as { readonly [key: string]: Json };
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    throw new InvalidAuthorizerResult('The authorizer returned something that is not JSON');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
