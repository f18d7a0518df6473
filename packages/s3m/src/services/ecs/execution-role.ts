import type { CallPassage, CredentialsOwner } from '../../capabilities/credentials.ts';
import type { NamedPolicy } from '../../policy/evaluate-access.ts';
import { refuseAccess } from '../access.ts';
import type { Account } from '../account.ts';
import { openRoleOwner } from '../role-session.ts';

/** What the role wants to do. */
export interface RoleNeed {
  readonly action: string;
  readonly resource: string;
  readonly grantAs?: string;
  readonly resourcePolicy?: NamedPolicy | undefined;
  /** The VPC endpoint that the call goes through. */
  readonly passage: CallPassage | undefined;
}

/** What a task's agent does before its containers run, in the name of the execution role (ECS-094). */
export interface ExecutionRole {
  /** AWS's text when the role may not; undefined when it may. */
  refuse(need: RoleNeed): string | undefined;
  /** Its session; undefined when the definition names none. */
  readonly owner: CredentialsOwner | undefined;
}

/** The role's session bears the id of the task (ECS-051). A definition without an execution role asks nobody: AWS lets it have no secrets. */
export function executionRole(account: Account, roleArn: string | undefined, taskId: string): ExecutionRole {
  if (roleArn === undefined) return { refuse: () => undefined, owner: undefined };
  const caller = openRoleOwner(account, roleArn, taskId);
  return {
    refuse: ({ passage, ...need }) => refuseAccess(account, passage === undefined ? caller : { ...caller, passage }, need)?.message,
    owner: caller,
  };
}
