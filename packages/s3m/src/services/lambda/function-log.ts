import type { LogEvent } from '../../capabilities/log-group.ts';
import { decideAccess, refuseAccess } from '../access.ts';
import type { Account } from '../account.ts';
import { ensureLogGroup } from '../log-groups.ts';
import { openRoleOwner } from '../role-session.ts';
import { InvocationLines } from './invocation-lines.ts';

/** Lines of an initialisation that wait for the first invocation, by which time the role has its policies. */
const maxWaiting = 100;
/** Streams whose decision is remembered. */
const maxDecided = 64;

/** Whose lines they are, and where they go: as `$LATEST` has it. */
export interface LogTarget {
  readonly functionName: string;
  readonly logGroup: string;
  readonly roleArn?: string;
}

/** What was decided about a stream, and upon which policies. */
interface Decision {
  readonly policies: readonly unknown[];
  readonly allowed: boolean;
}

/**
 * What a function and its runtime write: to its log group if its role lets it (LMB-045), to the lines of its invocation and to the terminal
 * in any case. A role that is not of the template is not asked: what it allows is not known.
 */
export class FunctionLog {
  target: LogTarget;
  readonly #account: Account;
  readonly #logicalId: string;
  /** Of invocations in flight, by stream. */
  readonly #lines = new Map<string, InvocationLines>();
  readonly #decided = new Map<string, Decision>();
  #waiting: LogEvent[] = [];

  constructor(account: Account, logicalId: string, target: LogTarget) {
    this.#account = account;
    this.#logicalId = logicalId;
    this.target = target;
  }

  /** From now on the stream's lines are those of an invocation. */
  begin(stream: string): void {
    this.#lines.set(stream, new InvocationLines());
  }

  end(stream: string): void {
    this.#lines.delete(stream);
  }

  /** The newest lines of the invocation. */
  linesOf(stream: string): readonly string[] {
    return this.#lines.get(stream)?.all ?? [];
  }

  write(stream: string, message: string): void {
    const event = { timestamp: this.#account.clock.now(), stream, message };
    this.#put(event);
    this.#lines.get(stream)?.add(message);
    this.#account.emit({ event: 'log', source: this.#logicalId, ...event });
  }

  #put(event: LogEvent): void {
    const invoked = this.#lines.has(event.stream);
    if (this.#allowed(event.stream, invoked)) {
      const group = ensureLogGroup(this.#account.directory, this.target.logGroup);
      for (const earlier of this.#waiting.splice(0)) group.put(earlier);
      group.put(event);
    } else if (invoked) this.#waiting = [];
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(event);
  }

  /** `tell`: a refusal is one of the account, and a notice. */
  #allowed(stream: string, tell: boolean): boolean {
    const { roleArn, logGroup, functionName } = this.target;
    const role = roleArn === undefined ? undefined : this.#account.directory.find('role', roleArn);
    if (roleArn === undefined || role === undefined) return true;
    const isThere = this.#account.directory.find('logGroup', logGroup) !== undefined;
    const policies = [isThere, tell, role.boundary?.document, ...role.policies.map(({ document }) => document)];
    const known = this.#decided.get(stream);
    if (known !== undefined && isSame(known.policies, policies)) return known.allowed;
    const owner = openRoleOwner(this.#account, roleArn, functionName);
    const allowed = this.#needs(stream, isThere).every((need) =>
      tell ? refuseAccess(this.#account, owner, need) === undefined : decideAccess(this.#account, owner, need).allowed,
    );
    if (this.#decided.size >= maxDecided) this.#decided.clear();
    this.#decided.set(stream, { policies, allowed });
    return allowed;
  }

  #needs(stream: string, isThere: boolean): readonly { readonly action: string; readonly resource: string; readonly grantAs: string }[] {
    const { id, partition, region } = this.#account;
    const group = `arn:${partition}:logs:${region}:${id}:log-group:${this.target.logGroup}`;
    const resource = `${group}:log-stream:${stream}`;
    return [
      ...(isThere ? [] : [{ action: 'logs:CreateLogGroup', resource: `${group}:log-stream:`, grantAs: `${group}:*` }]),
      ...['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ action, resource, grantAs: `${group}:*` })),
    ];
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
