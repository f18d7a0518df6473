import type { Account } from '../../account.ts';
import { describeViolations, structure, type InputOf, type Members, type Violation } from '../../input-shape.ts';
import { pageOf } from '../../page.ts';
import { ServiceError } from '../../service-error.ts';
import type { LambdaFunction } from '../lambda-function.ts';

/** One call of an operation on functions. */
export interface FunctionCall {
  readonly account: Account;
  /** Of the path, decoded: the function, or what else stands there. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Whether the caller may do this to all functions. @throws ServiceError */
  demandAll(action: string): void;
  /** Whether the caller may give the role to a function, and Lambda may assume it. @throws ServiceError (IAM-042, LMB-010) */
  demandPassing(roleArn: string): void;
  /** Whether the caller may read an object, as Lambda does in its name. @throws ServiceError */
  demandObject(bucket: string, key: string): void;
  /** The function that the first part of the path names, once the caller may. @throws ServiceError (LMB-016) */
  use(action: string): { readonly target: LambdaFunction; readonly qualifier: string | undefined };
}

export interface FunctionAnswer {
  readonly status: number;
  readonly body?: object;
}

/** The body of a call, as `members` have it. @throws ServiceError */
export function readBody<M extends Members>(members: M, body: Buffer): InputOf<M> {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch (error) {
    throw new ServiceError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const violations: Violation[] = [];
  const input = structure(members).read(value, '', violations);
  if (violations.length > 0) throw new ServiceError('ValidationException', describeViolations(violations));
  return input;
}

const pageSize = 50;

/** A part of a list by `Marker` and `MaxItems`, and what tells that more follows. @throws ServiceError for another marker than ours */
export function pageOfCall<T>(
  { query }: FunctionCall,
  all: readonly T[],
): { readonly items: readonly T[]; readonly more: { readonly NextMarker?: string } } {
  const size = Math.min(Math.max(Number(query.get('MaxItems') ?? pageSize) || pageSize, 1), pageSize);
  const invalid = (): ServiceError => new ServiceError('InvalidParameterValueException', 'Invalid marker');
  const { items, next } = pageOf(all, query.get('Marker') ?? undefined, size, invalid);
  return { items, more: next === undefined ? {} : { NextMarker: next } };
}
