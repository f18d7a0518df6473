import type { Address, Resource } from '../services/resource-type.ts';
import type { DeployedStack } from './deployed-stack.ts';
import type { EngineAccount } from './engine-account.ts';
import type { Endpoints } from './engine-event.ts';

/** Resources whose address is a domain of one's own. */
const domainTypes: ReadonlySet<string> = new Set(['AWS::ApiGateway::DomainName', 'AWS::ApiGatewayV2::DomainName']);

/** The URLs at which the system answers, by logical id (`STACK/LOGICAL_ID` where two stacks use the same). */
export function readEndpoints(account: EngineAccount, stacks: Iterable<DeployedStack>): Endpoints {
  const apis: Record<string, { stages: Record<string, string> }> = {};
  for (const [, api] of account.directory.list('api')) {
    apis[uniqueKey(apis, api.logicalId, api.id)] = {
      stages: Object.fromEntries(api.stages.map((stage) => [stage, api.urlOf(stage)])),
    };
  }
  const balancers: Record<string, Record<string, string>> = {};
  for (const [, { logicalId, arn, listeners }] of account.directory.list('loadBalancer')) {
    const open = listeners.filter(({ url }) => url !== undefined && url !== '');
    if (open.length > 0)
      balancers[uniqueKey(balancers, logicalId, arn)] = Object.fromEntries(open.map(({ port, url }) => [String(port), url!]));
  }
  const sites: Record<string, string> = {};
  const repositories: Record<string, string> = {};
  const domains: Record<string, string> = {};
  for (const stack of stacks) {
    for (const { name, resource } of stack.resources.values()) {
      const address = siteOf(name.type, resource);
      if (name.type === 'AWS::ECR::Repository')
        repositories[uniqueKey(repositories, name.logicalId, stack.name)] = `127.0.0.1:${account.endpoint.port}/${resource.ref}`;
      if (domainTypes.has(name.type)) for (const { aws, local } of resource.addresses ?? []) domains[aws.replace('https://', '')] = local;
      if (address !== undefined) sites[uniqueKey(sites, name.logicalId, stack.name)] = address.local;
    }
  }
  return { aws: account.endpoint.url, issuer: account.issuer.url, apis, sites, balancers, repositories, domains };
}

function siteOf(type: string, { addresses }: Resource): Address | undefined {
  if (type === 'AWS::CloudFront::Distribution') return addresses?.[0];
  // A website's address on AWS is the one without TLS.
  return type === 'AWS::S3::Bucket' ? addresses?.find(({ aws }) => aws.startsWith('http:')) : undefined;
}

function uniqueKey(taken: Readonly<Record<string, unknown>>, logicalId: string, qualifier: string): string {
  return Object.hasOwn(taken, logicalId) ? `${qualifier}/${logicalId}` : logicalId;
}
