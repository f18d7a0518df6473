import type { slowDecision, PlainStatement } from './slow-policy.ts';

export interface PlainPolicies {
  readonly identity: readonly (readonly PlainStatement[])[];
  readonly boundary?: readonly PlainStatement[];
  readonly session?: readonly (readonly PlainStatement[])[];
  /** Statements with the one principal that each names. */
  readonly resource: readonly (PlainStatement & { readonly names: 'session' | 'role' | 'account' | 'somebody else' })[];
  readonly crossAccount: boolean;
}

/** The rules as the user guide tells them, one after the other, each policy looked at as often as it is mentioned. */
export function slowAccess(
  decide: typeof slowDecision,
  policies: PlainPolicies,
  action: string,
  resource: string,
): 'allow' | 'explicit deny' | 'implicit deny' {
  const says = (statements: readonly PlainStatement[]): string => decide(statements, action, resource);
  const about = policies.resource.filter(({ names }) => names !== 'somebody else');
  const restricting = [...(policies.boundary === undefined ? [] : [policies.boundary]), ...(policies.session ?? [])];
  if ([...policies.identity, about, ...restricting].some((each) => says(each) === 'explicit-deny')) return 'explicit deny';
  const identityAllows = policies.identity.some((each) => says(each) === 'allow');
  const resourceAllows = (...names: string[]): boolean => about.some((each) => names.includes(each.names) && says([each]) === 'allow');
  const boundaryAllows = policies.boundary === undefined || says(policies.boundary) === 'allow';
  const sessions = policies.session ?? [];
  const sessionAllows = sessions.length === 0 || sessions.some((each) => says(each) === 'allow');
  if (policies.crossAccount) {
    return resourceAllows('session', 'role', 'account') && identityAllows && boundaryAllows && sessionAllows ? 'allow' : 'implicit deny';
  }
  if (resourceAllows('session')) return 'allow';
  return (identityAllows || resourceAllows('role')) && boundaryAllows && sessionAllows ? 'allow' : 'implicit deny';
}
