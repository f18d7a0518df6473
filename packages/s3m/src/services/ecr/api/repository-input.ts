import { findMutabilityProblem, mutabilities, type TagMutability } from '../images/tag-mutability.ts';
import { readLifecycle, readRepositoryPolicy, type RepositorySettings } from '../repository-settings.ts';
import { EcrInput, invalidParameter } from './ecr-input.ts';

/** Settings of a repository that the API made, from CreateRepository's input; policies that were put later stand there too. @throws EcrError */
export function readApiSettings(input: Readonly<Record<string, unknown>>): RepositorySettings {
  const reader = new EcrInput(input);
  const encryption = reader.object('encryptionConfiguration');
  const key = encryption.optionalString('kmsKey');
  const policy = reader.optionalString('policyText');
  const lifecycle = reader.optionalString('lifecyclePolicyText');
  return {
    mutability: readMutability(reader),
    scanOnPush: reader.object('imageScanningConfiguration').boolean('scanOnPush'),
    encryption: {
      type: encryption.oneOf('encryptionType', ['AES256', 'KMS', 'KMS_DSSE'], 'AES256'),
      ...(key === undefined ? {} : { key }),
    },
    tags: Object.fromEntries((reader.objects('tags') ?? []).map((tag) => [tag.string('Key'), tag.optionalString('Value') ?? ''])),
    ...(policy === undefined ? {} : { policy: readRepositoryPolicy(policy) }),
    ...(lifecycle === undefined ? {} : { lifecycle: readLifecycle(lifecycle) }),
    input,
  };
}

/** ECR-015 @throws EcrError */
export function readMutability(reader: EcrInput): TagMutability {
  const mutability = {
    kind: reader.oneOf('imageTagMutability', mutabilities, 'MUTABLE'),
    exclusions: (reader.objects('imageTagMutabilityExclusionFilters') ?? []).map((filter) => {
      filter.oneOf('filterType', ['WILDCARD'], 'WILDCARD');
      return filter.string('filter');
    }),
  };
  const problem = findMutabilityProblem(mutability);
  if (problem !== undefined) throw invalidParameter('imageTagMutability', problem);
  return mutability;
}
