import type { Truth } from './condition.ts';
import type { PatternList, PrincipalElement } from './policy-document.ts';
import { matchesPattern } from './pattern.ts';

/** Who asks: as `{"Service": "apigateway.amazonaws.com"}` or `{"AWS": "arn:..."}` names it. */
export interface Principal {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  readonly name: string;
  /** For `AWS`: 12 digits. */
  readonly account?: string;
  /** ARN of the role whose session asks: what names the role is about its sessions too (IAM-008). */
  readonly role?: string;
}

/** Whether an element's patterns are about `value`; unknown when one that might decide has a policy variable in it (IAM-022). */
export function covers(list: PatternList, value: string): Truth {
  for (const pattern of list.patterns) if (matchesPattern(pattern, value)) return !list.negated;
  return list.variables.length > 0 ? 'unknown' : list.negated;
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
