import { jsonHandler, type JsonCall, type JsonOperation, type JsonService } from '../../json-service.ts';
import type { Account, AwsHandler } from '../../account.ts';
import { ServiceError } from '../../service-error.ts';
import { EcrError } from '../ecr-error.ts';
import type { EcrRegistry } from '../ecr-registry.ts';
import { registryOf } from '../registry-of.ts';
import { toInput } from './ecr-input.ts';
import type { EcrOperation } from './ecr-operation.ts';
import { imageOperations } from './image-operations.ts';
import { layerOperations } from './layer-operations.ts';
import { policyOperations } from './policy-operations.ts';
import { repositoryOperations } from './repository-operations.ts';
import { unserved } from './unserved-operations.ts';

const operations = { ...repositoryOperations, ...imageOperations, ...layerOperations, ...policyOperations };

/** ECR's API. */
export const ecr: JsonService<EcrRegistry> = {
  name: 'ecr',
  target: 'AmazonEC2ContainerRegistry_V20150921',
  version: '1.1',
  operations: Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, asJsonOperation(run)])),
  unserved,
};

export function serveEcr(account: Account): AwsHandler {
  return jsonHandler(account, ecr, registryOf(account));
}

/** ECR words what is wrong with its input otherwise than services that share their texts, so an operation reads its own. */
function asJsonOperation(run: EcrOperation): JsonOperation<EcrRegistry> {
  return {
    async answer(registry: EcrRegistry, input: unknown, { caller, accessKeyId, operation }: JsonCall) {
      try {
        return await run({ registry, caller: { owner: caller, accessKeyId }, operation, input: toInput(input) });
      } catch (error) {
        if (error instanceof EcrError) throw new ServiceError(error.name, error.message);
        throw error;
      }
    },
  };
}
