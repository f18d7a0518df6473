import type { Account } from '../account.ts';
import { ResourceFailure } from '../resource-type.ts';
import { InertFunction } from './inert-function.ts';
import { LambdaFunction } from './lambda-function.ts';

/** A function as `FunctionName` of other resources names it. */
export interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string;
}

/** Takes apart `NAME`, `NAME:QUALIFIER`, `ACCOUNT:function:NAME` and the ARN with or without qualifier. */
export function parseFunctionReference(reference: string): FunctionReference {
  const rest = reference.replace(/^(?:arn:[^:]+:lambda:[^:]+:)?(?:\d{12}:)?(?:function:)?/, '');
  const [name = '', qualifier] = rest.split(':');
  return qualifier === undefined ? { name } : { name, qualifier };
}

/** @throws ResourceFailure when this account has no such function. */
export function findFunction(account: Account, reference: string, property: string): LambdaFunction | InertFunction {
  const { name } = parseFunctionReference(reference);
  const arn = functionArn(account, name);
  const found = account.directory.find('function', arn);
  if (found instanceof LambdaFunction || found instanceof InertFunction) return found;
  throw new ResourceFailure(`Function not found: ${arn}`, {
    property,
    fix: `Let ${property} name a function of this account: a function's Ref or Arn.`,
  });
}

export function functionArn(account: Account, name: string): string {
  return `arn:${account.partition}:lambda:${account.region}:${account.id}:function:${name}`;
}
