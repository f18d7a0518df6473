import { parsePolicy } from '../../policy/parse-policy.ts';
import { PolicySyntaxError } from '../../policy/policy-document.ts';
import { isUnresolved, isObject, listOf, textOf } from '../known-value.ts';
import type { Finding, Properties, Value } from '../resource-type.ts';
import { LifecyclePolicyProblem, parseLifecyclePolicy } from './images/lifecycle-policy.ts';
import { findMutabilityProblem, mutabilities } from './images/tag-mutability.ts';
import { invalidRepositoryName, isRepositoryName } from './repository-name.ts';

/** What ECR would refuse of a repository. */
export function checkRepository(properties: Properties): readonly Finding[] {
  return [...checkName(properties), ...checkMutability(properties), ...checkLifecycle(properties), ...checkPolicy(properties)];
}

/** ECR-002 */
function checkName(properties: Properties): readonly Finding[] {
  const name = properties['RepositoryName'];
  if (typeof name !== 'string' || isUnresolved(name) || isRepositoryName(name)) return [];
  const fix = `It is ${JSON.stringify(name)}. Use 2 to 256 lower-case letters, digits, and . _ - / between them, beginning with a letter.`;
  return [{ property: 'RepositoryName', kind: 'invalid', message: invalidRepositoryName, fix }];
}

/** ECR-015 */
function checkMutability(properties: Properties): readonly Finding[] {
  const given = properties['ImageTagMutability'] ?? 'MUTABLE';
  if (isUnresolved(given)) return [];
  const kind = mutabilities.find((each) => each === given);
  const property = 'ImageTagMutability';
  if (kind === undefined) {
    const message = `Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must satisfy enum value set: [${mutabilities.join(', ')}]'`;
    return [{ property, kind: 'invalid', message, fix: `It is ${JSON.stringify(given)}.` }];
  }
  const filters = listOf(properties['ImageTagMutabilityExclusionFilters']);
  const exclusions = filters.flatMap((filter) => textOf(filter['ImageTagMutabilityExclusionFilterValue']) ?? []);
  if (exclusions.length < filters.length) return [];
  const problem = findMutabilityProblem({ kind, exclusions });
  if (problem === undefined) return [];
  return [{ property, kind: 'invalid', message: `Invalid parameter at 'imageTagMutability' failed to satisfy constraint: '${problem}'` }];
}

/** ECR-019 */
function checkLifecycle(properties: Properties): readonly Finding[] {
  const text = isObject(properties['LifecyclePolicy']) ? textOf(properties['LifecyclePolicy']['LifecyclePolicyText']) : undefined;
  if (text === undefined || text.includes('unresolved:')) return [];
  try {
    parseLifecyclePolicy(text);
    return [];
  } catch (error) {
    if (!(error instanceof LifecyclePolicyProblem)) throw error;
    const message = `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${error.message}'`;
    return [{ property: 'LifecyclePolicy.LifecyclePolicyText', kind: 'invalid', message }];
  }
}

/** ECR-018 */
function checkPolicy(properties: Properties): readonly Finding[] {
  const policy = properties['RepositoryPolicyText'];
  if (policy === undefined || isUnresolved(policy)) return [];
  try {
    parsePolicy(policyDocument(policy));
    return [];
  } catch (error) {
    if (!(error instanceof PolicySyntaxError) && !(error instanceof SyntaxError)) throw error;
    const message = `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'`;
    return [{ property: 'RepositoryPolicyText', kind: 'invalid', message, fix: `${error.message}.` }];
  }
}

/** A policy may stand there as text. @throws SyntaxError */
function policyDocument(policy: Value): unknown {
  return typeof policy === 'string' ? (JSON.parse(policy) as unknown) : policy;
}
