import type { Problem } from '../problem.ts';
import type { DeployedResource } from '../deployed-stack.ts';
import type { Account } from '../../services/account.ts';
import { similarName } from '../../template/similar-name.ts';
import type { SeedFile } from './seed-file.ts';

/** What a seed is planned on. */
export interface SeedGround {
  readonly account: Account;
  readonly resources: readonly DeployedResource[];
  readonly seed: SeedFile;
  report(problem: Problem): void;
}

/** What was, or will be, written. */
export interface SeedCounts {
  readonly tables: number;
  readonly items: number;
  readonly buckets: number;
  readonly objects: number;
  readonly parameters: number;
  readonly secrets: number;
}

/** One part of a seed that was found right. */
export interface SeedPart {
  readonly counts: Partial<SeedCounts>;
  /** Resolves when all of it would survive a kill, as far as anything does. */
  apply(): Promise<void>;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a value is shown in a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The name of a resource that a seed calls by its logical id (`Notes`, `STACK/Notes`). */
export function nameByLogicalId(resources: readonly DeployedResource[], types: readonly string[], given: string): string | undefined {
  return resources.find(
    ({ name }) => types.includes(name.type) && (name.logicalId === given || `${name.stack}/${name.logicalId}` === given),
  )?.resource.ref;
}

/** Says which names would do, and which one was probably meant. */
export function namesThere(resources: readonly DeployedResource[], types: readonly string[], given: string, what: string): string {
  const ids = resources.filter(({ name }) => types.includes(name.type)).map(({ name }) => name.logicalId);
  const meant = similarName(given, ids);
  if (ids.length === 0) return `The template has no ${what}.`;
  return `${meant === undefined ? '' : `Did you mean ${meant}? `}Allowed: ${ids.join(', ')}, or the name of a ${what} on AWS's side.`;
}
