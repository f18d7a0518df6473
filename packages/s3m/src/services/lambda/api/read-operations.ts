import { pageOf } from '../../page.ts';
import { ServiceError } from '../../service-error.ts';
import { LambdaFunction } from '../lambda-function.ts';
import { describeFunction } from './describe-function.ts';
import type { FunctionAnswer, FunctionCall } from './function-call.ts';

const pageSize = 50;

export function listFunctions({ account, query, demandAll }: FunctionCall): FunctionAnswer {
  demandAll('ListFunctions');
  const functions = account.directory
    .list('function')
    .flatMap(([, target]) => (target instanceof LambdaFunction ? [target] : []))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const size = Math.min(Math.max(Number(query.get('MaxItems') ?? pageSize) || pageSize, 1), pageSize);
  const page = pageOf(functions, query.get('Marker') ?? undefined, size, invalidMarker);
  return {
    status: 200,
    body: {
      Functions: page.items.map((target) => describeFunction(target)),
      ...(page.next === undefined ? {} : { NextMarker: page.next }),
    },
  };
}

function invalidMarker(): ServiceError {
  return new ServiceError('InvalidParameterValueException', 'Invalid marker');
}

/** Without `Code.Location`: no archive is kept that could be fetched. */
export function getFunction(call: FunctionCall): FunctionAnswer {
  const { target, qualifier } = call.use('GetFunction');
  return {
    status: 200,
    body: {
      Configuration: describeFunction(target, qualifier),
      Code: { RepositoryType: 'S3' },
      ...(Object.keys(target.tags).length === 0 ? {} : { Tags: target.tags }),
    },
  };
}

export function getFunctionConfiguration(call: FunctionCall): FunctionAnswer {
  const { target, qualifier } = call.use('GetFunctionConfiguration');
  return { status: 200, body: describeFunction(target, qualifier) };
}

export function listTags(call: FunctionCall): FunctionAnswer {
  return { status: 200, body: { Tags: call.use('ListTags').target.tags } };
}
