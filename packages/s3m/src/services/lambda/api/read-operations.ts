import { LambdaFunction } from '../lambda-function.ts';
import { describeFunction } from './describe-function.ts';
import { pageOfCall, type FunctionAnswer, type FunctionCall } from './function-call.ts';

export function listFunctions(call: FunctionCall): FunctionAnswer {
  call.demandAll('ListFunctions');
  const functions = call.account.directory
    .list('function')
    .flatMap(([, target]) => (target instanceof LambdaFunction ? [target] : []))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, more } = pageOfCall(call, functions);
  return { status: 200, body: { Functions: items.map((target) => describeFunction(target)), ...more } };
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
