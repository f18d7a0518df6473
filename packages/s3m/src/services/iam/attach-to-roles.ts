import type { AttachedPolicy } from '../../capabilities/role.ts';
import { PropertyReader } from '../property-reader.ts';
import type { ResourceContext } from '../resource-type.ts';
import { findRole } from './read-policy.ts';

/** Attaches a policy to all roles that the resource names. Answers a function that takes it away from them again. @throws ResourceFailure */
export function attachToRoles(context: ResourceContext, policy: AttachedPolicy): () => void {
  const names = new PropertyReader(context.properties).strings('Roles');
  const roles = names.map((name, index) => findRole(context.account, name, `Roles[${index}]`));
  const detach = roles.map((role) => role.attach(policy));
  return () => {
    for (const each of detach) each();
  };
}

/** Why users and groups get nothing. */
export const noUsers = { inert: 'there are no users and groups here: calls are signed by roles and by the developer' } as const;
