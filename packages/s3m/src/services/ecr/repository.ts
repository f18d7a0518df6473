import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { EcrError } from './ecr-error.ts';
import { mutabilities } from './images/tag-mutability.ts';
import type { LiveRepository } from './images/live-repository.ts';
import { registryOf } from './registry-of.ts';
import { checkRepository } from './repository-check.ts';
import { readLifecycle, readRepositoryPolicy, type RepositorySettings } from './repository-settings.ts';

/** `AWS::ECR::Repository`, with the images that are pushed to it. */
export const repository: ResourceType = {
  type: 'AWS::ECR::Repository',
  scope: 'simulated',
  properties: {
    RepositoryName: 'simulated',
    EmptyOnDelete: 'simulated',
    EncryptionConfiguration: { inert: 'images lie in the project, readable for this user only' },
    ImageScanningConfiguration: { inert: 'images are not scanned here' },
    ImageTagMutability: 'simulated',
    ImageTagMutabilityExclusionFilters: 'simulated',
    'LifecyclePolicy.LifecyclePolicyText': 'simulated',
    'LifecyclePolicy.RegistryId': { inert: 'there is one registry here' },
    RepositoryPolicyText: 'simulated',
    Tags: { inert: 'tags have no effect here' },
  },
  attributes: ['Arn', 'RepositoryUri'],
  replacedBy: ['RepositoryName', 'EncryptionConfiguration'],
  check: checkRepository,
  create: async (context) => {
    const registry = registryOf(context.account);
    const name =
      new PropertyReader(context.properties).optionalString('RepositoryName') ?? context.physicalName({ max: 256, lowerCase: true });
    try {
      return toResource(context, registry.create(name, readSettings(context.properties), 'template'));
    } catch (error) {
      if (error instanceof EcrError) throw new ResourceFailure(error.message, { property: 'RepositoryName' });
      throw error;
    }
  },
};

function toResource(context: ResourceContext, live: LiveRepository): Resource {
  const registry = registryOf(context.account);
  const reader = new PropertyReader(context.properties);
  const emptyOnDelete = reader.boolean('EmptyOnDelete', false);
  return {
    ref: live.name,
    // ECR-001
    attributes: { Arn: live.arn, RepositoryUri: `${registry.host}/${live.name}` },
    addresses: [{ aws: `https://${registry.host}`, local: `http://${registry.address}` }],
    update: async (next) => {
      live.settings = readSettings(next.properties);
      return toResource(next, live);
    },
    delete: async () => {
      try {
        registry.delete(live, emptyOnDelete);
      } catch (error) {
        if (!(error instanceof EcrError)) throw error;
        // ECR-020
        throw new ResourceFailure(error.message, {
          property: 'EmptyOnDelete',
          fix: 'Delete its images first (aws ecr batch-delete-image), or set EmptyOnDelete: true before it is deleted.',
        });
      }
    },
    stopNow: async () => registry.release(live),
  };
}

function readSettings(properties: Properties): RepositorySettings {
  const reader = new PropertyReader(properties);
  const encryption = reader.object('EncryptionConfiguration');
  const key = encryption?.optionalString('KmsKey');
  const lifecycle = reader.object('LifecyclePolicy')?.optionalString('LifecyclePolicyText');
  const policy = reader.raw('RepositoryPolicyText');
  const filters = reader.objects('ImageTagMutabilityExclusionFilters');
  return {
    mutability: {
      kind: reader.oneOf('ImageTagMutability', mutabilities, 'MUTABLE'),
      exclusions: filters.map((filter) => filter.string('ImageTagMutabilityExclusionFilterValue')),
    },
    scanOnPush: reader.object('ImageScanningConfiguration')?.boolean('ScanOnPush', false) ?? false,
    encryption: { type: encryption?.optionalString('EncryptionType') ?? 'AES256', ...(key === undefined ? {} : { key }) },
    tags: Object.fromEntries(reader.objects('Tags').map((tag) => [tag.string('Key'), tag.optionalString('Value') ?? ''])),
    ...(lifecycle === undefined ? {} : { lifecycle: readLifecycle(lifecycle) }),
    ...(policy === undefined || policy === null
      ? {}
      : { policy: readRepositoryPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy)) }),
  };
}
