import { CustomDomain, registerDomain } from '../gateway/custom-domain.ts';
import type { Refusal } from '../http/exchange.ts';
import type { RefusalAnswer } from '../http/server-rules.ts';
import { createDomainServer } from './domain-server.ts';
import { PropertyReader } from './property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext } from './resource-type.ts';

/** For requests under way when a domain is deleted, in milliseconds. */
const closeGraceMs = 2000;

/** Opens the custom domain that `DomainName` names, on a port of its own. @throws ResourceFailure when there is one of that name */
export async function serveDomain(
  context: ResourceContext,
  attributes: Readonly<Record<string, string>>,
  refusalAnswer: (refusal: Refusal) => RefusalAnswer,
): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).string('DomainName').toLowerCase();
  const domain = new CustomDomain(name);
  const unregister = registerDomain(account.directory, domain);
  if (unregister === undefined) throw new ResourceFailure('The domain name you provided already exists.', { property: 'DomainName' });
  const server = createDomainServer(account, domain, refusalAnswer);
  const port = await account.ports.listen(server.server, { name: 'domain', logicalId: context.name.logicalId, preferred: 3443 });
  account.emit({ event: 'notice', message: `https://${name} answers here at http://127.0.0.1:${port}` });
  const close = async (graceMs: number): Promise<void> => {
    unregister();
    await server.close(graceMs);
  };
  const resource: Resource = {
    ref: name,
    attributes,
    addresses: [{ aws: `https://${name}`, local: `http://127.0.0.1:${port}`, urlOnly: true }],
    update: () => Promise.resolve(resource),
    delete: () => close(closeGraceMs),
    stopNow: () => close(0),
  };
  return resource;
}

/** `DomainNameArn`, `RegionalDomainName` and `RegionalHostedZoneId` of a domain. */
export function domainAttributes(
  context: ResourceContext,
): Readonly<Record<'DomainNameArn' | 'RegionalDomainName' | 'RegionalHostedZoneId', string>> {
  const { partition, region, urlSuffix } = context.account;
  const name = new PropertyReader(context.properties).string('DomainName').toLowerCase();
  return {
    DomainNameArn: `arn:${partition}:apigateway:${region}::/domainnames/${name}`,
    RegionalDomainName: `d-${context.physicalId(10, 'base36')}.execute-api.${region}.${urlSuffix}`,
    // Of API Gateway in us-east-1.
    RegionalHostedZoneId: 'Z1UJRXOUMOOFQ8',
  };
}
