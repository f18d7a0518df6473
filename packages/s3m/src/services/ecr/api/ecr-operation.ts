import { checkAccess, type EcrCaller } from '../ecr-access.ts';
import { repositoryNotFound } from '../ecr-error.ts';
import type { EcrRegistry } from '../ecr-registry.ts';
import type { LiveRepository } from '../images/live-repository.ts';
import { invalidRepositoryName, isRepositoryName } from '../repository-name.ts';
import { EcrError } from '../ecr-error.ts';
import type { EcrInput } from './ecr-input.ts';

/** One call of an operation. */
export interface EcrCall {
  readonly registry: EcrRegistry;
  readonly caller: EcrCaller;
  /** `DescribeImages` */
  readonly operation: string;
  readonly input: EcrInput;
}

/** Answers the output. @throws EcrError */
export type EcrOperation = (call: EcrCall) => object | Promise<object>;

/** The repository that the input names, if the caller may do this with it. @throws EcrError */
export function repositoryOf(call: EcrCall): LiveRepository {
  return call.registry.get(allowedName(call));
}

/** The name that the input has, if the caller may do this with such a repository. @throws EcrError */
export function allowedName({ registry, caller, operation, input }: EcrCall): string {
  const name = input.string('repositoryName');
  if (!isRepositoryName(name)) throw new EcrError('InvalidParameterException', invalidRepositoryName);
  checkAccess(registry, caller, operation, name);
  const registryId = input.optionalString('registryId') ?? registry.account.id;
  if (registryId !== registry.account.id) throw repositoryNotFound(name, registryId);
  return name;
}

/** One page of a list, as `maxResults` and `nextToken` ask for it (ECR: 100 by default, at most 1000). @throws EcrError */
export function pageOf<T>(input: EcrInput, all: readonly T[]): { readonly page: readonly T[]; readonly nextToken?: string } {
  const token = input.optionalString('nextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new EcrError('InvalidParameterException', `Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'`);
  const count = Math.min(1000, input.integer('maxResults') ?? 100);
  const next = start + count;
  return {
    page: all.slice(start, next),
    ...(next < all.length ? { nextToken: Buffer.from(String(next)).toString('base64url') } : {}),
  };
}

/** As the JSON protocol writes a time: seconds, with a fraction. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
