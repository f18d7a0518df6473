import type { Account } from '../account.ts';
import { lazyHandler } from '../lazy-handler.ts';

/** Puts ECR's API and the registry on the account's endpoint, and into reach of those who pull. Nothing of it is loaded before it is needed. */
export function provideRegistry(account: Account): void {
  account.endpoint.handle(
    'ecr',
    lazyHandler(account, async () => (await import('./api/serve-ecr.ts')).serveEcr),
  );
  account.endpoint.route('/v2', (request, response) => {
    Promise.all([import('./distribution/serve-distribution.ts'), import('./registry-of.ts')])
      .then(([{ serveDistribution }, { registryOf }]) => serveDistribution(registryOf(account), request, response))
      .catch(() => response.destroy());
  });
  account.directory.provide('imageRegistry', account.id, {
    host: registryHost(account),
    arnOf: (repository) => repositoryArn(account, repository),
    open: async () => {
      const { registryOf } = await import('./registry-of.ts');
      return registryOf(account);
    },
  });
}

export function repositoryArn({ partition, region, id }: Pick<Account, 'partition' | 'region' | 'id'>, name: string): string {
  return `arn:${partition}:ecr:${region}:${id}:repository/${name}`;
}

/** As AWS prints it (ECR-001). */
export function registryHost({ id, region, urlSuffix }: Pick<Account, 'id' | 'region' | 'urlSuffix'>): string {
  return `${id}.dkr.ecr.${region}.${urlSuffix}`;
}
