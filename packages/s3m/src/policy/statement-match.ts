import type { ConditionKeys, Truth } from './condition.ts';
import type { PatternList, PrincipalElement } from './policy-document.ts';
import { matchesPattern } from './pattern.ts';
import { fillIn, matchesFilled } from './variables.ts';

/** Who asks: as `{"Service": "apigateway.amazonaws.com"}` or `{"AWS": "arn:..."}` names it. */
export interface Principal {
  readonly kind: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';
  readonly name: string;
  /** For `AWS`: 12 digits. */
  readonly account?: string;
  /** ARN of the role whose session asks: what names the role is about its sessions too (IAM-008). */
  readonly role?: string;
}

/** Whether an element's patterns are about `value`; unknown when one that might decide has a policy variable whose value is not known (IAM-022). */
export function covers(list: PatternList, value: string, keys: ConditionKeys): Truth {
  for (const pattern of list.patterns) if (matchesPattern(pattern, value)) return !list.negated;
  let unknown = false;
  for (const pattern of list.variables) {
    const filled = fillIn(pattern, keys);
    if (filled === undefined) unknown = true;
    else if (matchesFilled(filled, value)) return !list.negated;
  }
  return unknown ? 'unknown' : list.negated;
}

/** Whether a statement is about `principal` (IAM-006). A statement without principals is about whoever it is attached to. */
export function isAbout(element: PrincipalElement | undefined, principal: Principal): boolean {
  if (element === undefined) return true;
  const named = element.any || (element.byKind[principal.kind] ?? []).some((name) => names(name, principal));
  return element.negated ? !named : named;
}

function names(pattern: string, principal: Principal): boolean {
  if (pattern === '*' || pattern === principal.name || pattern === principal.role) return true;
  if (principal.kind !== 'AWS' || principal.account === undefined) return false;
  return pattern === principal.account || /^arn:[^:]+:iam::(\d{12}):root$/.exec(pattern)?.[1] === principal.account;
}

/**
 * How an Allow of a resource's policy names a principal: this very session or user, its role (or everybody), or only its account, which leaves
 * the decision to the account's own policies. Undefined when it does not.
 */
export function howNamed(element: PrincipalElement | undefined, principal: Principal): 'exactly' | 'role' | 'account' | undefined {
  if (!isAbout(element, principal)) return undefined;
  if (element === undefined || element.any || element.negated) return 'role';
  const list = element.byKind[principal.kind] ?? [];
  if (list.includes(principal.name)) return 'exactly';
  return list.some((name) => name === '*' || name === principal.role) ? 'role' : 'account';
}
