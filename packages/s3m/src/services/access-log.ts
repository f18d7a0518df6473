import type { AccessRefusal } from '../capabilities/access-control.ts';

/** A call that IAM denied, or would have. */
export interface Denial extends AccessRefusal {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** `arn:aws:sts::000000000000:assumed-role/ROLE/SESSION` */
  readonly principal: string;
  /** Of a role's session. */
  readonly roleArn?: string;
  readonly action: string;
  /** What a policy would have to allow: many where the caller wants one after the other. */
  readonly resource: string;
  /** `message` for all of those together. */
  readonly sameAs?: string;
  /** The Deny that decided. */
  readonly policyStatement?: unknown;
  /** The statement that would allow it; absent where one forbids it. */
  readonly missing?: PolicyStatementText;
  /** What the call was signed with. */
  readonly accessKeyId?: string;
}

/** A statement as it is written in a policy. */
export interface PolicyStatementText {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

/** How many denials are remembered one by one. */
const remembered = 1000;

/** What IAM has denied since the start, and whether that had consequences. */
export class AccessLog {
  readonly mode: 'enforce' | 'audit';
  readonly #recent: Denial[] = [];
  /** By role, resource and action. */
  readonly #lacking = new Map<string, Map<string, Set<string>>>();
  readonly #told = new Set<string>();

  constructor(mode: 'enforce' | 'audit') {
    this.mode = mode;
  }

  /** Answers whether this is the first time that this caller was denied this. */
  add(denial: Denial): boolean {
    this.#recent.push(denial);
    if (this.#recent.length > remembered) this.#recent.shift();
    const { roleArn, resource, action, message, sameAs = message } = denial;
    if (roleArn !== undefined && denial.missing !== undefined) {
      const ofRole = this.#lacking.get(roleArn) ?? new Map<string, Set<string>>();
      this.#lacking.set(roleArn, ofRole.set(resource, (ofRole.get(resource) ?? new Set()).add(action)));
    }
    const told = `${roleArn ?? denial.principal} ${action} ${resource} ${sameAs.replace(denial.principal, '')}`;
    if (this.#told.has(told) || this.#told.size >= remembered) return false;
    this.#told.add(told);
    return true;
  }

  /** What was denied to the holder of an access key from `time` on, the newest last. */
  since(accessKeyId: string, time: number): readonly Denial[] {
    return this.#recent.filter((denial) => denial.accessKeyId === accessKeyId && denial.time >= time);
  }

  /** The least policy that each role would need besides those it has, by role ARN. */
  leastPolicies(): Readonly<Record<string, { readonly Version: string; readonly Statement: readonly PolicyStatementText[] }>> {
    return Object.fromEntries(
      [...this.#lacking].map(([role, resources]) => [
        role,
        { Version: '2012-10-17', Statement: [...resources].map(([resource, actions]) => statementFor([...actions].sort(), resource)) },
      ]),
    );
  }
}

export function statementFor(actions: readonly string[], resource: string): PolicyStatementText {
  return { Effect: 'Allow', Action: actions.length === 1 ? actions[0]! : actions, Resource: resource };
}
