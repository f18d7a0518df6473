import { parsePolicy } from '../policy/parse-policy.ts';
import { PolicySyntaxError, type PolicyDocument } from '../policy/policy-document.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What a function returned as an authorizer, where AWS answers 500 to it (AG-129, AG-572, AG-912). `message` is why. */
export class InvalidAuthorizerResult extends Error {}

/** Reads the function's answer, JSON text. @throws InvalidAuthorizerResult */
export function parseAuthorizerAnswer(payload: string): JsonObject {
  const answer = parseJson(payload);
  if (!isObject(answer)) throw new InvalidAuthorizerResult('The authorizer returned no object');
  return answer;
}

/** Reads who came, and what the policy lets through. A missing `principalId` counts as invalid (AG-127, AG-128). @throws InvalidAuthorizerResult */
export function parsePolicyAnswer({ principalId, policyDocument }: JsonObject): {
  readonly principalId: string;
  readonly policy: PolicyDocument;
} {
  if (typeof principalId !== 'string') throw new InvalidAuthorizerResult('The authorizer returned no principalId, which must be a string');
  if (!isObject(policyDocument)) throw new InvalidAuthorizerResult('The authorizer returned no policyDocument, which must be an object');
  try {
    return { principalId, policy: parsePolicy(policyDocument) };
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new InvalidAuthorizerResult(`Could not parse policy: ${error.message}`);
    throw error;
  }
}

/** The answer's `context`; null where it has none. @throws InvalidAuthorizerResult */
export function parseContextAnswer({ context }: JsonObject): JsonObject | null {
  if (context === undefined || context === null) return null;
  if (!isObject(context)) throw new InvalidAuthorizerResult('The authorizer returned a context that is no object');
  return context;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    throw new InvalidAuthorizerResult('The authorizer returned something that is not JSON');
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
