import { CustomDomain, registerDomain } from '../../gateway/custom-domain.ts';
import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { createDomainServer } from './domain-server.ts';
import { invalid, unsupported } from './finding.ts';

/** For requests under way when a domain is deleted, in milliseconds. */
const closeGraceMs = 2000;

const noTls = 'the domain answers on http://127.0.0.1, without TLS';

/** A domain of one's own before the APIs that are mapped to it (AG-012 to AG-025, AG-534), with a port of its own. */
export const domainName: ResourceType = {
  type: 'AWS::ApiGateway::DomainName',
  scope: 'simulated',
  properties: {
    DomainName: 'simulated',
    CertificateArn: { inert: noTls },
    RegionalCertificateArn: { inert: noTls },
    OwnershipVerificationCertificateArn: { inert: noTls },
    SecurityPolicy: { inert: noTls },
    'EndpointConfiguration.Types': 'simulated',
    'EndpointConfiguration.IpAddressType': { inert: 'the local endpoint is IPv4 on 127.0.0.1' },
    Tags: { inert: 'tags have no effect' },
  },
  attributes: ['DistributionDomainName', 'DistributionHostedZoneId', 'DomainNameArn', 'RegionalDomainName', 'RegionalHostedZoneId'],
  replacedBy: ['DomainName'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { DomainName: name } = properties;
  const findings: Finding[] = [];
  if (name === undefined) findings.push(invalid('DomainName', 'Domain name must not be empty'));
  else if (typeof name === 'string' && !isUnresolved(name) && !/^(?:\*\.)?(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+$/.test(name)) {
    findings.push(invalid('DomainName', `Invalid domain name: ${name}`));
  }
  const types = new PropertyReader(properties).object('EndpointConfiguration')?.strings('Types') ?? [];
  if (types.includes('PRIVATE')) {
    findings.push(unsupported('EndpointConfiguration.Types', 'Private custom domains are not simulated', 'Use REGIONAL.'));
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).string('DomainName').toLowerCase();
  const domain = new CustomDomain(name);
  const unregister = registerDomain(account.directory, domain);
  if (unregister === undefined) throw new ResourceFailure('The domain name you provided already exists.', { property: 'DomainName' });
  const server = createDomainServer(account, domain);
  const port = await account.ports.listen(server.server, { name: 'domain', logicalId: context.name.logicalId, preferred: 3443 });
  account.emit({ event: 'notice', message: `https://${name} answers here at http://127.0.0.1:${port}` });
  const close = async (graceMs: number): Promise<void> => {
    unregister();
    await server.close(graceMs);
  };
  const resource: Resource = {
    ref: name,
    attributes: attributesOf(context, name),
    addresses: [{ aws: `https://${name}`, local: `http://127.0.0.1:${port}` }],
    update: () => Promise.resolve(resource),
    delete: () => close(closeGraceMs),
    stopNow: () => close(0),
  };
  return resource;
}

function attributesOf({ account, physicalId }: ResourceContext, name: string): Readonly<Record<string, string>> {
  const { partition, region, urlSuffix } = account;
  return {
    DomainNameArn: `arn:${partition}:apigateway:${region}::/domainnames/${name}`,
    DistributionDomainName: `d${physicalId(13, 'base36')}.cloudfront.net`,
    // Of CloudFront, and of API Gateway in us-east-1.
    DistributionHostedZoneId: 'Z2FDTNDATAQYW2',
    RegionalDomainName: `d-${physicalId(10, 'base36')}.execute-api.${region}.${urlSuffix}`,
    RegionalHostedZoneId: 'Z1UJRXOUMOOFQ8',
  };
}
