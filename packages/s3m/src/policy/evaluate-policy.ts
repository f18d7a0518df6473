import { evaluateConditions, type Truth } from './condition.ts';
import { findNearMiss, type NearMiss } from './near-miss.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';
import { unknownKeys, type PolicyRequest } from './policy-request.ts';
import { covers, isAbout } from './statement-match.ts';

/** What a policy says to a request, with the statement that decided. */
export type PolicyDecision =
  | { readonly decision: 'allow' | 'explicit-deny'; readonly statement: Statement }
  /** `nearMiss` is the Allow that came closest; absent when there is none. */
  | { readonly decision: 'implicit-deny'; readonly statement?: undefined; readonly nearMiss?: NearMiss };

/** Any Deny that matches wins, then any Allow, else it is denied (IAM-001). What cannot be evaluated denies. */
export function evaluatePolicy(policy: PolicyDocument, request: PolicyRequest): PolicyDecision {
  const action = request.action.toLowerCase();
  let allowing: Statement | undefined;
  for (const statement of policy.statements) {
    if (statement.effect === 'Allow') {
      if (allowing === undefined && appliesTo(statement, request, action) === true) allowing = statement;
    } else if (appliesTo(statement, request, action) !== false) {
      return { decision: 'explicit-deny', statement };
    }
  }
  if (allowing !== undefined) return { decision: 'allow', statement: allowing };
  const nearMiss = findNearMiss(policy, request);
  return nearMiss === undefined ? { decision: 'implicit-deny' } : { decision: 'implicit-deny', nearMiss };
}

function appliesTo(statement: Statement, request: PolicyRequest, action: string): Truth {
  const keys = request.keys ?? unknownKeys;
  const ofAction = covers(statement.actions, action, unknownKeys);
  if (ofAction === false) return false;
  const ofResource = statement.resources === undefined || covers(statement.resources, request.resource, keys);
  if (ofResource === false) return false;
  if (request.principal !== undefined && !isAbout(statement.principal, request.principal)) return false;
  const ofConditions = statement.conditions.length === 0 || evaluateConditions(statement.conditions, keys);
  if (ofConditions === false) return false;
  return ofAction === true && ofResource === true && ofConditions === true ? true : 'unknown';
}
