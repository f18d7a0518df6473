import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsCall } from '../../account.ts';
import { EcrError } from '../ecr-error.ts';
import type { EcrRegistry } from '../ecr-registry.ts';
import { parseInput } from './ecr-input.ts';
import type { EcrOperation } from './ecr-operation.ts';
import { imageOperations } from './image-operations.ts';
import { layerOperations } from './layer-operations.ts';
import { policyOperations } from './policy-operations.ts';
import { repositoryOperations } from './repository-operations.ts';

const operations: Readonly<Record<string, EcrOperation>> = {
  ...repositoryOperations,
  ...imageOperations,
  ...layerOperations,
  ...policyOperations,
};

/** Names of the operations that are served. */
export const ecrOperations: readonly string[] = Object.keys(operations).sort();

/** Answers one call of ECR's API (JSON 1.1). */
export async function serveEcr(registry: EcrRegistry, request: IncomingMessage, response: ServerResponse, call: AwsCall): Promise<void> {
  const [, operation = ''] = /^AmazonEC2ContainerRegistry_V20150921\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? [];
  try {
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (run === undefined)
      throw new EcrError('UnsupportedOperation', `Of ECR only ${ecrOperations.join(', ')} are served here, not "${operation}"`);
    const caller = { owner: call.caller, accessKeyId: call.accessKeyId };
    send(response, 200, await run({ registry, caller, operation, input: parseInput(call.body) }));
  } catch (error) {
    if (!(error instanceof EcrError)) throw error;
    send(response, error.name === 'UnsupportedOperation' ? 501 : 400, { __type: error.name, message: error.message });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': randomUUID(),
  });
  response.end(text);
}
