import type { ApiFacts } from '../../../gateway/api-facts.ts';
import { PolicySyntaxError } from '../../../policy/policy-document.ts';
import { isUnresolved } from '../../known-value.ts';
import type { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure, type Finding, type Value } from '../../resource-type.ts';
import { invalid } from '../finding.ts';
import { parseResourcePolicy } from './resource-policy.ts';

const refusal = 'Invalid policy document. Please check the policy syntax and ensure that Principals are valid.';

/** Reads `Policy` of an API, and refuses what could never be evaluated. @throws ResourceFailure */
export function readResourcePolicy(reader: PropertyReader, api: Pick<ApiFacts, 'partition' | 'region' | 'accountId' | 'id'>): unknown {
  const policy = reader.raw('Policy');
  if (policy === undefined || policy === null) return undefined;
  const problem = problemOf(policy, api);
  if (problem !== undefined) throw new ResourceFailure(refusal, { property: 'Policy', fix: problem });
  return policy;
}

export function checkResourcePolicy(policy: Value | undefined): Finding[] {
  if (policy === undefined || policy === null || isUnresolved(policy)) return [];
  const problem = problemOf(policy, { partition: 'aws', region: 'us-east-1', accountId: '000000000000', id: 'a' });
  return problem === undefined ? [] : [invalid('Policy', refusal, problem)];
}

function problemOf(policy: Value, api: Parameters<typeof parseResourcePolicy>[1]): string | undefined {
  try {
    parseResourcePolicy(policy, api);
    return undefined;
  } catch (error) {
    if (error instanceof PolicySyntaxError) return `The policy is wrong: ${error.message}.`;
    throw error;
  }
}
