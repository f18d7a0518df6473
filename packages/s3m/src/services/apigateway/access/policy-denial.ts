import { accessDenied, type Failure } from '../failures.ts';
import type { Passage } from '../passage.ts';

/** AG-901 */
export function implicitlyDenied(passage: Passage): Failure {
  return accessDenied(`${subject(passage)} because no resource-based policy allows the execute-api:Invoke action`);
}

/** AG-172 with the ending that texts have had since AG-901 (IAM-032). */
export function explicitlyDenied(passage: Passage): Failure {
  return accessDenied(`${subject(passage)} with an explicit deny in a resource-based policy`);
}

/** IAM-025, IAM-032 */
export function deniedByEndpoint(passage: Passage, explicit: boolean): Failure {
  const reason = explicit
    ? 'with an explicit deny in a VPC endpoint policy'
    : 'because no VPC endpoint policy allows the execute-api:Invoke action';
  return accessDenied(`${subject(passage)} ${reason}`);
}

/** The caller's own policies do not allow it, in the words of AG-901 with what IAM-031 and IAM-032 say of them. */
export function deniedByIdentity(passage: Passage, explicit: boolean): Failure {
  const reason = explicit
    ? 'with an explicit deny in an identity-based policy'
    : 'because no identity-based policy allows the execute-api:Invoke action';
  return accessDenied(`${subject(passage)} ${reason}`);
}

/** The account is masked but for its last four digits (AG-173). */
function subject({ request, stage }: Passage): string {
  const { partition, region, accountId, id } = request.api;
  const masked = `${'*'.repeat(8)}${accountId.slice(-4)}`;
  const arn = `arn:${partition}:execute-api:${region}:${masked}:${id}/${stage!.name}/${request.verb}${request.target.path}`;
  return `User: ${request.caller?.arn ?? 'anonymous'} is not authorized to perform: execute-api:Invoke on resource: ${arn}`;
}
