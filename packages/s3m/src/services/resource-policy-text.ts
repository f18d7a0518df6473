import { parsePolicy } from '../policy/parse-policy.ts';
import type { NamedPolicy } from '../policy/evaluate-access.ts';
import { PolicySyntaxError, type PolicyDocument } from '../policy/policy-document.ts';

/** What can't be read denies: one statement about everything and everybody. */
const nothing: PolicyDocument = parsePolicy({
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
});

const parsed = new Map<string, PolicyDocument>();
/** Texts of policies that are remembered; each change of a policy is another text. */
const maxParsed = 500;

/** A resource's policy, which is kept as text, as the evaluation takes it. `resource` names it in decisions. */
export function namedPolicy(resource: string, text: string): NamedPolicy {
  let document = parsed.get(text);
  if (document === undefined) {
    document = tryParse(text) ?? nothing;
    if (parsed.size >= maxParsed) parsed.clear();
    parsed.set(text, document);
  }
  return { name: resource, document };
}

/** Why a text is no resource policy; undefined when it is one: JSON whose statements all name principals. */
export function whyNoPolicy(text: string): 'no JSON' | 'syntax' | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'no JSON';
  }
  try {
    return parsePolicy(value).statements.every(({ principal }) => principal !== undefined) ? undefined : 'syntax';
  } catch (error) {
    if (error instanceof PolicySyntaxError) return 'syntax';
    throw error;
  }
}

function tryParse(text: string): PolicyDocument | undefined {
  return whyNoPolicy(text) === undefined ? parsePolicy(JSON.parse(text)) : undefined;
}
