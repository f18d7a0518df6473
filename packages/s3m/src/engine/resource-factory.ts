import { dirname, resolve } from 'node:path';
import { physicalId, physicalName } from '../services/physical-name.ts';
import type { Account } from '../services/account.ts';
import type { FileAsset, Properties, ResourceContext, ResourceName } from '../services/resource-type.ts';
import type { StackTemplate } from '../template/assembly.ts';

/** Assets of the assembly, with account and region filled in. */
export type FindAsset = (bucket: string, key: string) => FileAsset | undefined;

export interface ContextRequest {
  readonly name: ResourceName;
  readonly properties: Properties;
  readonly local: Properties;
  readonly metadata: Properties;
  readonly generation: number;
  readonly replacing: boolean;
  readonly kept?: ResourceContext['kept'];
}

/** Makes what a resource type is given when it creates or updates a resource. */
export function createContext(
  request: ContextRequest,
  surroundings: {
    readonly account: Account;
    readonly stackId: string;
    readonly stack: StackTemplate;
    readonly findAsset: FindAsset;
    readonly localize: (text: string) => string;
  },
): ResourceContext {
  const { name } = request;
  const identity = { stack: name.stack, logicalId: name.logicalId, generation: request.generation };
  return {
    name,
    properties: request.properties,
    local: request.local,
    metadata: request.metadata,
    account: surroundings.account,
    stackId: surroundings.stackId,
    replacing: request.replacing,
    ...(request.kept === undefined ? {} : { kept: request.kept }),
    physicalName: (options = {}) => physicalName(identity, options),
    physicalId: (count, alphabet, salt) => physicalId(identity, count, alphabet, salt),
    findAsset: surroundings.findAsset,
    localize: surroundings.localize,
    resolvePath: (path) => resolve(dirname(surroundings.stack.file), path),
    progress: (message) => surroundings.account.emit({ event: 'progress', stack: name.stack, logicalId: name.logicalId, message }),
  };
}
