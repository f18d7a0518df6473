import { evaluatePolicy, type PolicyDecision } from './evaluate-policy.ts';
import type { NearMiss } from './near-miss.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';
import type { PolicyRequest } from './policy-request.ts';
import { howNamed, type Principal } from './statement-match.ts';

/** A kind of policy, as AWS's messages name it (IAM-032). */
export type PolicyKind =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'VPC endpoint policy';

/** Policies of what is called, and of the way to it, name principals. */
const namesPrincipals: ReadonlySet<PolicyKind> = new Set(['resource-based policy', 'VPC endpoint policy']);

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** All policies that are about one request. */
export interface AccessPolicies {
  /** Inline and managed ones of the caller (IAM-010). */
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy | undefined;
  /** Given when the role was assumed; none restricts nothing. */
  readonly session?: readonly NamedPolicy[];
  /** Of the resource. */
  readonly resource?: NamedPolicy | undefined;
  /** Of the VPC endpoint that the call came through: a gate of its own (IAM-025). */
  readonly endpoint?: NamedPolicy | undefined;
  /** Whether the caller is of another account than the resource: then both sides must allow (IAM-003). False by default. */
  readonly crossAccount?: boolean;
}

/** A statement, and the policy in which it stands. */
export interface Ground {
  readonly kind: PolicyKind;
  readonly policy: string;
  readonly statement: Statement;
}

/** Whether a request is allowed, and by what: always the statement that made the decision, if one did. */
export type AccessDecision =
  | { readonly allowed: true; readonly by: Ground }
  | { readonly allowed: false; readonly explicit: true; readonly kind: PolicyKind; readonly by: Ground }
  /** No policy of `kind` allows it; `nearMiss` is the Allow that came closest. */
  | { readonly allowed: false; readonly explicit: false; readonly kind: PolicyKind; readonly nearMiss?: NearMiss };

interface Verdict {
  readonly kind: PolicyKind;
  readonly policy: string;
  readonly decision: PolicyDecision;
}

/**
 * Decides as AWS does: an explicit Deny of any policy wins (IAM-001); within the account an Allow of the caller's or of the resource's policies
 * is enough (IAM-002), across accounts both are needed (IAM-003); boundary and session policies must allow it too (IAM-004), unless the
 * resource's policy names this very session or user (IAM-005).
 */
export function evaluateAccess(policies: AccessPolicies, request: PolicyRequest & { readonly principal: Principal }): AccessDecision {
  const { principal: _, ...withoutPrincipal } = request;
  const judge = (kind: PolicyKind, list: readonly NamedPolicy[]): Verdict[] =>
    list.map(({ name, document }) => ({
      kind,
      policy: name,
      decision: evaluatePolicy(document, namesPrincipals.has(kind) ? request : withoutPrincipal),
    }));
  const identity = judge('identity-based policy', policies.identity);
  const resource = judge('resource-based policy', policies.resource === undefined ? [] : [policies.resource]);
  const boundary = judge('permissions boundary', policies.boundary === undefined ? [] : [policies.boundary]);
  const session = judge('session policy', policies.session ?? []);
  const endpoint = judge('VPC endpoint policy', policies.endpoint === undefined ? [] : [policies.endpoint]);
  for (const { kind, policy, decision } of [...identity, ...resource, ...boundary, ...session, ...endpoint]) {
    if (decision.decision === 'explicit-deny')
      return { allowed: false, explicit: true, kind, by: { kind, policy, statement: decision.statement } };
  }
  if (endpoint.length > 0 && findAllow(endpoint) === undefined) return noAllow('VPC endpoint policy', endpoint);
  const ofIdentity = findAllow(identity);
  const ofResource = findResourceAllow(policies.resource, request);
  if (policies.crossAccount === true && ofResource === undefined) return noAllow('resource-based policy', resource);
  // Who is named as this very session or user is let in by the resource alone.
  if (policies.crossAccount !== true && ofResource?.named === 'exactly') return { allowed: true, by: ofResource.ground };
  const granted = ofIdentity ?? (policies.crossAccount === true || ofResource?.named === 'account' ? undefined : ofResource?.ground);
  if (granted === undefined) return noAllow('identity-based policy', identity);
  if (boundary.length > 0 && findAllow(boundary) === undefined) return noAllow('permissions boundary', boundary);
  if (session.length > 0 && findAllow(session) === undefined) return noAllow('session policy', session);
  return { allowed: true, by: granted };
}

function findAllow(verdicts: readonly Verdict[]): Ground | undefined {
  for (const { kind, policy, decision } of verdicts)
    if (decision.decision === 'allow') return { kind, policy, statement: decision.statement };
  return undefined;
}

/** The Allow of the resource's policy that names the caller most exactly. */
function findResourceAllow(
  policy: NamedPolicy | undefined,
  request: PolicyRequest & { readonly principal: Principal },
): { readonly ground: Ground; readonly named: 'exactly' | 'role' | 'account' } | undefined {
  if (policy === undefined) return undefined;
  let best: { readonly ground: Ground; readonly named: 'exactly' | 'role' | 'account' } | undefined;
  const rank = { account: 0, role: 1, exactly: 2 } as const;
  for (const statement of policy.document.statements) {
    if (statement.effect !== 'Allow') continue;
    const named = howNamed(statement.principal, request.principal);
    if (named === undefined || (best !== undefined && rank[named] <= rank[best.named])) continue;
    if (evaluatePolicy({ version: policy.document.version, statements: [statement] }, request).decision !== 'allow') continue;
    best = { ground: { kind: 'resource-based policy', policy: policy.name, statement }, named };
  }
  return best;
}

/** With the Allow that missed least. */
function noAllow(kind: PolicyKind, verdicts: readonly Verdict[]): AccessDecision {
  let best: NearMiss | undefined;
  for (const { decision } of verdicts) {
    const nearMiss = decision.decision === 'implicit-deny' ? decision.nearMiss : undefined;
    if (nearMiss !== undefined && (best === undefined || nearMiss.missed.length < best.missed.length)) best = nearMiss;
  }
  return { allowed: false, explicit: false, kind, ...(best === undefined ? {} : { nearMiss: best }) };
}
