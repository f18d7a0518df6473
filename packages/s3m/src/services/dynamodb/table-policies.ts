import { randomUUID } from 'node:crypto';
import type { NamedPolicy } from '../../policy/evaluate-access.ts';
import type { Collection } from '../../state/state.ts';
import { required, structure, text, flag, describeViolations, type InputOf, type Members, type Violation } from '../input-shape.ts';
import { namedPolicy, whyNoPolicy } from '../resource-policy-text.ts';
import { ServiceError } from '../service-error.ts';

interface TablePolicy {
  readonly policy: string;
  readonly revision: string;
}

const arn = required(text({ min: 1, max: 1283 }));

/** The policies that tables have of their own. Each change is safe before its method answers (`--persist`). */
export class TablePolicies {
  readonly #kept: Collection;
  readonly #policies = new Map<string, TablePolicy>();

  constructor(kept: Collection) {
    this.#kept = kept;
    for (const { key, value } of kept.entries()) this.#policies.set(key, value as TablePolicy);
  }

  /** The policy that is about a table, or an index of it. */
  of(resource: string): NamedPolicy | undefined {
    if (this.#policies.size === 0) return undefined;
    const table = tableOf(resource);
    const found = this.#policies.get(table);
    return found === undefined ? undefined : namedPolicy(table, found.policy);
  }

  /** Answers the revision. */
  async put(table: string, policy: string): Promise<string> {
    const existing = this.#policies.get(table);
    if (existing?.policy === policy) return existing.revision;
    const added = { policy, revision: randomUUID() };
    this.#policies.set(table, added);
    await this.#kept.put(table, added);
    return added.revision;
  }

  async delete(table: string): Promise<string | undefined> {
    const existing = this.#policies.get(table);
    if (existing === undefined) return undefined;
    this.#policies.delete(table);
    await this.#kept.delete(table);
    return existing.revision;
  }

  /** One of the operations on policies (DynamoDB API Reference). @throws ServiceError */
  async call(operation: string, given: Readonly<Record<string, unknown>>, exists: (table: string) => Promise<boolean>): Promise<object> {
    const members = {
      ResourceArn: arn,
      Policy: text(),
      ExpectedRevisionId: text({ min: 1, max: 255 }),
      ConfirmRemoveSelfResourceAccess: flag(),
    };
    const input = readInput(members, given);
    const { ResourceArn: table, ExpectedRevisionId: expected } = input;
    if (!/^arn:[^:]+:dynamodb:[^:]*:\d{12}:table\/[^/]+$/.test(table) || !(await exists(table)))
      throw new ServiceError('ResourceNotFoundException', `Requested resource not found: ${table}`);
    const existing = this.#policies.get(table);
    if (expected !== undefined && expected !== (existing?.revision ?? 'NO_POLICY')) {
      throw new ServiceError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${table}`);
    }
    if (operation === 'PutResourcePolicy') return { RevisionId: await this.put(table, checkPolicy(input.Policy)) };
    if (operation === 'DeleteResourcePolicy') {
      const revision = await this.delete(table);
      return revision === undefined ? {} : { RevisionId: revision };
    }
    if (existing === undefined)
      throw new ServiceError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${table}`);
    return { Policy: existing.policy, RevisionId: existing.revision };
  }
}

/** @throws ServiceError */
export function checkPolicy(policy: string | undefined): string {
  const why = policy === undefined ? 'no JSON' : whyNoPolicy(policy);
  if (policy !== undefined && why === undefined) return policy;
  throw new ServiceError(
    'ValidationException',
    `Invalid policy document: ${why === 'no JSON' ? 'it is no JSON' : 'Syntax errors in policy.'}`,
  );
}

/** Of a table or an index. */
function tableOf(resource: string): string {
  const index = resource.indexOf('/index/');
  return index === -1 ? resource : resource.slice(0, index);
}

function readInput<M extends Members>(members: M, given: Readonly<Record<string, unknown>>): InputOf<M> {
  const violations: Violation[] = [];
  const input = structure(members).read(given, '', violations);
  if (violations.length > 0) throw new ServiceError('ValidationException', describeViolations(violations));
  return input;
}
