import type { Account } from '../account.ts';

/** Puts ECR's API and the registry on the account's endpoint. Neither is loaded before the first call. */
export function provideRegistry(account: Account): void {
  account.endpoint.handle('ecr', (request, response, call) => {
    Promise.all([import('./api/serve-ecr.ts'), import('./registry-of.ts')])
      .then(([{ serveEcr }, { registryOf }]) => serveEcr(registryOf(account), request, response, call))
      .catch(() => response.destroy());
  });
  account.endpoint.route('/v2', (request, response) => {
    Promise.all([import('./distribution/serve-distribution.ts'), import('./registry-of.ts')])
      .then(([{ serveDistribution }, { registryOf }]) => serveDistribution(registryOf(account), request, response))
      .catch(() => response.destroy());
  });
}
