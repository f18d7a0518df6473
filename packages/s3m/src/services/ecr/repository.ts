import type { Finding, Properties, ResourceType } from '../resource-type.ts';
import { isUnresolved } from '../known-value.ts';

const NO_IMAGES = 'images cannot be pushed here yet; those that the application builds are found by their URI';

/** `AWS::ECR::Repository`: its names only. */
export const repository: ResourceType = {
  type: 'AWS::ECR::Repository',
  scope: { inert: NO_IMAGES },
  properties: {
    RepositoryName: 'simulated',
    EmptyOnDelete: { inert: NO_IMAGES },
    EncryptionConfiguration: { inert: NO_IMAGES },
    ImageScanningConfiguration: { inert: NO_IMAGES },
    ImageTagMutability: { inert: NO_IMAGES },
    ImageTagMutabilityExclusionFilters: { inert: NO_IMAGES },
    LifecyclePolicy: { inert: NO_IMAGES },
    Tags: { inert: 'tags have no effect here' },
  },
  attributes: ['Arn', 'RepositoryUri'],
  replacedBy: ['RepositoryName'],
  check: checkRepository,
  create: (context) => {
    const { account, properties } = context;
    const given = properties['RepositoryName'];
    const name = typeof given === 'string' ? given : context.physicalName({ lowerCase: true });
    // ECR-001
    const resource = {
      ref: name,
      attributes: {
        Arn: `arn:${account.partition}:ecr:${account.region}:${account.id}:repository/${name}`,
        RepositoryUri: `${account.id}.dkr.ecr.${account.region}.${account.urlSuffix}/${name}`,
      },
      update: () => Promise.resolve(resource),
      delete: () => Promise.resolve(),
    };
    return Promise.resolve(resource);
  },
};

/** ECR-002 */
function checkRepository(properties: Properties): readonly Finding[] {
  const name = properties['RepositoryName'];
  if (typeof name !== 'string' || isUnresolved(name)) return [];
  if (/^[a-z](?:[a-z0-9]*(?:[._/-][a-z0-9]+)*)$/.test(name) && name.length >= 2 && name.length <= 256) return [];
  return [
    {
      property: 'RepositoryName',
      kind: 'invalid',
      message: `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''`,
      fix: `It is ${JSON.stringify(name)}. Use 2 to 256 lower-case letters, digits, and . _ - / between them, beginning with a letter.`,
    },
  ];
}
