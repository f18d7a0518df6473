import type { CredentialsOwner } from '../../capabilities/credentials.ts';
import type { RegistryPush } from '../../capabilities/image-registry.ts';
import type { Account } from '../account.ts';
import { readApiSettings } from './api/repository-input.ts';
import type { EcrRegistry } from './ecr-registry.ts';
import type { LiveRepository } from './images/live-repository.ts';

/** What marks a repository that was made here for what applications build; kept with it. */
const MARK = 'assets';

/** How an image that the application builds gets to its repository; undefined when its tag is there (ECR-023). The repository is made when it is not there (ECR-022). */
export function assetDestination(registry: EcrRegistry, name: string, tag: string): RegistryPush | undefined {
  // ECR-023: `cdk bootstrap` makes its tags immutable.
  const settings = readApiSettings({ imageTagMutability: 'IMMUTABLE', [MARK]: true });
  const repository = registry.find(name) ?? registry.create(name, settings, 'api');
  if (repository.find({ tag }) !== undefined) return undefined;
  return { ...registry.login(publisherOf(registry.account)), repository: name, tag };
}

/** Removes images of the repositories that were made here for what applications build, but those of these URIs. */
export function retainAssets(registry: EcrRegistry, uris: ReadonlySet<string>): void {
  for (const repository of registry.repositories.filter(isForAssets)) {
    for (const tag of repository.tags.keys()) {
      const uri = `${registry.host}/${repository.name}:${tag}`;
      if (isHash(tag) && !uris.has(uri)) repository.remove({ tag });
    }
  }
}

function isForAssets({ settings }: LiveRepository): boolean {
  return settings.input?.[MARK] === true;
}

/** What somebody else pushes by a name of his own stays. */
function isHash(tag: string): boolean {
  return /^[0-9a-f]{64}$/.test(tag);
}

/** Whom the CDK pushes as. */
function publisherOf({ id, partition, region }: Account): CredentialsOwner {
  const role = `cdk-hnb659fds-image-publishing-role-${id}-${region}`;
  return { arn: `arn:${partition}:sts::${id}:assumed-role/${role}/s3m`, accountId: id, userId: 'AROAPUBLISHING:s3m', administrator: true };
}
