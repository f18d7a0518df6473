import type { Account, AwsHandler } from '../services/account.ts';
import { lazyHandler } from '../services/lazy-handler.ts';

/** Services that are there whether or not the template has something of them, by the name that calls are signed for. */
const services: Readonly<Record<string, () => Promise<(account: Account) => AwsHandler>>> = {
  apigateway: async () => (await import('./api-gateway-service.ts')).serveApiGateway,
  cloudfront: async () => (await import('../services/cloudfront/api/serve-cloudfront.ts')).serveCloudFront,
  dynamodb: async () => (await import('../services/dynamodb/dynamodb-service.ts')).serveDynamoDb,
  elasticloadbalancing: async () => (await import('../services/elasticloadbalancingv2/api/serve-load-balancing.ts')).serveLoadBalancing,
  lambda: async () => (await import('../services/lambda/invoke-api.ts')).lambdaHandler,
  logs: async () => (await import('../services/logs/serve-logs.ts')).serveLogs,
  secretsmanager: async () => (await import('../services/secretsmanager/serve-secrets-manager.ts')).serveSecretsManager,
  ssm: async () => (await import('../services/ssm/serve-ssm.ts')).serveSsm,
};

/** Those that have something before their first call when an earlier engine kept it: templates and tasks read it. */
const kept = ['secretsmanager', 'ssm'];

/**
 * Puts them on the account's endpoint; the code of each is read with its first call. Tables may be elsewhere (`elsewhere`, by name) as long as no
 * template has one.
 */
export function serveAwsServices(account: Account, elsewhere: ReadonlySet<string>): void {
  for (const [name, load] of Object.entries(services)) {
    if (name !== 'dynamodb' || !elsewhere.has(name)) account.endpoint.handle(name, lazyHandler(account, load));
  }
}

/** Brings back what an earlier engine kept (`--persist`). @throws StateFailure */
export async function restoreAwsServices(account: Account): Promise<void> {
  if (!account.state.durable) return;
  for (const name of kept) (await services[name]!())(account);
  const { keptBucketsOf } = await import('../services/s3/kept-buckets.ts');
  await keptBucketsOf(account)?.openAll();
  const { keptLogsOf } = await import('../services/logs/kept-logs.ts');
  keptLogsOf(account);
}

/** Writes what still waits to be kept. */
export async function closeAwsServices(account: Account): Promise<void> {
  if (!account.state.durable) return;
  const { keptLogsOf } = await import('../services/logs/kept-logs.ts');
  await keptLogsOf(account)?.close();
}
