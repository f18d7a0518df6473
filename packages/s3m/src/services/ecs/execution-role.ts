import { refuseAccess } from '../access.ts';
import type { Account } from '../account.ts';
import { openRoleOwner } from '../role-session.ts';

/** What a task's agent does before its containers run, in the name of the execution role (ECS-094). */
export interface ExecutionRole {
  /** AWS's text when the role may not; undefined when it may. */
  refuse(action: string, resource: string): string | undefined;
}

/** The role's session bears the id of the task (ECS-051). A definition without an execution role asks nobody: AWS lets it have no secrets. */
export function executionRole(account: Account, roleArn: string | undefined, taskId: string): ExecutionRole {
  if (roleArn === undefined) return { refuse: () => undefined };
  const caller = openRoleOwner(account, roleArn, taskId);
  return { refuse: (action, resource) => refuseAccess(account, caller, { action, resource })?.message };
}
