import type { Account, AwsHandler } from '../account.ts';
import { jsonHandler, type JsonService } from '../json-service.ts';
import {
  addTagsToResource,
  deleteParameter,
  deleteParameters,
  labelParameterVersion,
  listTagsForResource,
  removeTagsFromResource,
  unlabelParameterVersion,
} from './change-parameters.ts';
import { describeParameters } from './describe-parameters.ts';
import { parametersOf, type ParameterStore } from './parameter-store.ts';
import { putParameter } from './put-parameter.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './read-parameters.ts';
import { unserved } from './unserved-operations.ts';

export const ssm: JsonService<ParameterStore> = {
  name: 'ssm',
  target: 'AmazonSSM',
  version: '1.1',
  operations: {
    AddTagsToResource: addTagsToResource,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    DescribeParameters: describeParameters,
    GetParameter: getParameter,
    GetParameterHistory: getParameterHistory,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    LabelParameterVersion: labelParameterVersion,
    ListTagsForResource: listTagsForResource,
    PutParameter: putParameter,
    RemoveTagsFromResource: removeTagsFromResource,
    UnlabelParameterVersion: unlabelParameterVersion,
  },
  unserved,
};

/** The Parameter Store of Systems Manager. */
export function serveSsm(account: Account): AwsHandler {
  return jsonHandler(account, ssm, parametersOf(account));
}
