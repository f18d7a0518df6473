import { parsePolicy } from '../../../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../../../policy/policy-document.ts';

/** What an authorizer returned, once it is known to be usable. */
export interface AuthorizerResult {
  readonly policy: PolicyDocument;
  /** `$context.authorizer`: the context as strings, and `principalId` (AG-142, AG-145). */
  readonly context: ReadonlyMap<string, string>;
  /** The value of an API key, for APIs that take their keys from authorizers (AG-148). */
  readonly usageIdentifierKey: string | undefined;
  /** As returned, for the trace. */
  readonly source: unknown;
}

/** A result that AWS answers with 500 (AG-129, AG-912). `message` is why. */
export class InvalidAuthorizerResult extends Error {}

/**
 * Reads the function's answer, JSON text. A missing `principalId` counts as invalid, as AWS's documentation has it (AG-127, AG-128).
 * @throws InvalidAuthorizerResult
 */
export function parseAuthorizerResult(payload: string): AuthorizerResult {
  const source = parseJson(payload);
  if (!isObject(source)) throw new InvalidAuthorizerResult('The authorizer returned no object');
  const { principalId, policyDocument, context, usageIdentifierKey } = source;
  if (typeof principalId !== 'string') throw new InvalidAuthorizerResult('The authorizer returned no principalId, which must be a string');
  if (!isObject(policyDocument)) throw new InvalidAuthorizerResult('The authorizer returned no policyDocument, which must be an object');
  const key = usageIdentifierKey ?? undefined;
  if (key !== undefined && typeof key !== 'string')
    throw new InvalidAuthorizerResult('The authorizer returned a usageIdentifierKey that is no string');
  try {
    return { policy: parsePolicy(policyDocument), context: toContext(principalId, context), usageIdentifierKey: key, source };
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new InvalidAuthorizerResult(`Could not parse policy: ${error.message}`);
    throw error;
  }
}

/** Strings, numbers and booleans become strings; null counts as absent; anything else is refused (AG-142 to AG-144). */
function toContext(principalId: string, context: unknown): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (context !== undefined && context !== null) {
    if (!isObject(context)) throw new InvalidAuthorizerResult('The authorizer returned a context that is no object');
    for (const [key, value] of Object.entries(context)) {
      if (value === null) continue;
      if (typeof value === 'object') {
        throw new InvalidAuthorizerResult(
          `The authorizer returned a context whose "${key}" is an object or a list; only strings, numbers and booleans are allowed`,
        );
      }
      values.set(key, String(value));
    }
  }
  values.set('principalId', principalId);
  return values;
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
