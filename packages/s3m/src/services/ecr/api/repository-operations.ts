import { checkAccess } from '../ecr-access.ts';
import { EcrError } from '../ecr-error.ts';
import type { EcrRegistry } from '../ecr-registry.ts';
import type { LiveRepository } from '../images/live-repository.ts';
import { allowedName, pageOf, repositoryOf, seconds, type EcrCall, type EcrOperation } from './ecr-operation.ts';
import { readApiSettings, readMutability } from './repository-input.ts';

/** Operations on repositories, and the password for Docker. */
export const repositoryOperations: Readonly<Record<string, EcrOperation>> = {
  // ECR-004, ECR-005
  GetAuthorizationToken: ({ registry, caller, operation }) => {
    checkAccess(registry, caller, operation, undefined);
    // ECR-017
    if (!registry.tokens.mayAsk()) throw new EcrError('ThrottlingException', 'Rate exceeded');
    const { password, expiresAt } = registry.tokens.issue(caller.owner);
    return {
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
          expiresAt: seconds(expiresAt),
          proxyEndpoint: `http://${registry.address}`,
        },
      ],
    };
  },

  CreateRepository: (call) => {
    const { registry, input } = call;
    const name = allowedName(call);
    const { registryId: _, repositoryName: __, ...settings } = input.raw;
    return { repository: describe(registry, registry.create(name, readApiSettings(settings), 'api')) };
  },

  DescribeRepositories: (call) => {
    const { registry, caller, operation, input } = call;
    const names = input.strings('repositoryNames');
    for (const name of names ?? ['*']) checkAccess(registry, caller, operation, name);
    const found = names === undefined ? registry.repositories : names.map((name) => registry.get(name));
    const { page, ...next } = pageOf(input, found);
    return { repositories: page.map((repository) => describe(registry, repository)), ...next };
  },

  // ECR-020
  DeleteRepository: (call) => {
    const { registry, input } = call;
    const repository = repositoryOf(call);
    const description = describe(registry, repository);
    registry.delete(repository, input.boolean('force'));
    return { repository: description };
  },

  // ECR-015
  PutImageTagMutability: (call) => {
    const repository = repositoryOf(call);
    call.input.string('imageTagMutability');
    const mutability = readMutability(call.input);
    const { imageTagMutability, imageTagMutabilityExclusionFilters } = call.input.raw;
    repository.settings = {
      ...repository.settings,
      mutability,
      ...remembered(repository, { imageTagMutability, imageTagMutabilityExclusionFilters }),
    };
    return { registryId: call.registry.account.id, repositoryName: repository.name, ...describeMutability(repository) };
  },

  ListTagsForResource: (call) => {
    const tags = tagged(call).settings.tags;
    return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
  TagResource: (call) => {
    const repository = tagged(call);
    const added = (call.input.objects('tags') ?? []).map((tag) => [tag.string('Key'), tag.optionalString('Value') ?? ''] as const);
    setTags(repository, { ...repository.settings.tags, ...Object.fromEntries(added) });
    return {};
  },
  UntagResource: (call) => {
    const repository = tagged(call);
    const gone = new Set(call.input.strings('tagKeys') ?? []);
    setTags(repository, Object.fromEntries(Object.entries(repository.settings.tags).filter(([key]) => !gone.has(key))));
    return {};
  },
};

/** What has changed in a repository that the API made, so that it is so after a restart as well. */
export function remembered(
  repository: LiveRepository,
  change: Readonly<Record<string, unknown>>,
): { readonly input?: Readonly<Record<string, unknown>> } {
  const { input } = repository.settings;
  return input === undefined ? {} : { input: { ...input, ...change } };
}

function setTags(repository: LiveRepository, tags: Readonly<Record<string, string>>): void {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  repository.settings = { ...repository.settings, tags, ...remembered(repository, { tags: list }) };
}

/** @throws EcrError */
function tagged({ registry, caller, operation, input }: EcrCall): LiveRepository {
  const arn = input.string('resourceArn');
  const prefix = registry.arnOf('');
  if (!arn.startsWith(prefix))
    throw new EcrError('InvalidParameterException', `Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`);
  const name = arn.slice(prefix.length);
  checkAccess(registry, caller, operation, name);
  return registry.get(name);
}

function describe(registry: EcrRegistry, repository: LiveRepository): object {
  const { scanOnPush, encryption } = repository.settings;
  return {
    repositoryArn: repository.arn,
    registryId: registry.account.id,
    repositoryName: repository.name,
    repositoryUri: `${registry.address}/${repository.name}`,
    createdAt: seconds(repository.createdAt),
    ...describeMutability(repository),
    imageScanningConfiguration: { scanOnPush },
    encryptionConfiguration: { encryptionType: encryption.type, ...(encryption.key === undefined ? {} : { kmsKey: encryption.key }) },
  };
}

function describeMutability({ settings: { mutability } }: LiveRepository): object {
  const { kind, exclusions } = mutability;
  return {
    imageTagMutability: kind,
    ...(exclusions.length === 0
      ? {}
      : { imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })) }),
  };
}
