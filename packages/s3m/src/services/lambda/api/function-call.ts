import type { Account } from '../../account.ts';
import { describeViolations, structure, type InputOf, type Members, type Violation } from '../../input-shape.ts';
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
