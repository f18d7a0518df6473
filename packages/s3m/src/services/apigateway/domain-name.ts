import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { domainAttributes, serveDomain } from '../serve-domain.ts';
import { checkMutualTls } from '../truststore.ts';
import { invalid, unsupported } from './finding.ts';
import { refusalAnswer } from './front-end.ts';

const noTls = 'without mutual TLS the domain answers on http://127.0.0.1';

/** A domain of one's own before the APIs that are mapped to it (AG-012 to AG-025, AG-534), with a port of its own. */
export const domainName: ResourceType = {
  type: 'AWS::ApiGateway::DomainName',
  scope: 'simulated',
  properties: {
    DomainName: 'simulated',
    CertificateArn: { inert: noTls },
    RegionalCertificateArn: 'simulated',
    OwnershipVerificationCertificateArn: { inert: noTls },
    SecurityPolicy: { inert: 'clients need TLS 1.2 where there is TLS' },
    'EndpointConfiguration.Types': 'simulated',
    'EndpointConfiguration.IpAddressType': { inert: 'the local endpoint is IPv4 on 127.0.0.1' },
    'MutualTlsAuthentication.TruststoreUri': 'simulated',
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
  // AG-512 has it for APIs: a domain without types is EDGE.
  const edge = types.includes('EDGE') || (types.length === 0 && properties['RegionalCertificateArn'] === undefined);
  findings.push(...checkMutualTls(properties, { edge, policy: properties['SecurityPolicy'] }));
  if (types.includes('PRIVATE')) {
    findings.push(unsupported('EndpointConfiguration.Types', 'Private custom domains are not simulated', 'Use REGIONAL.'));
  }
  return findings;
}

function create(context: ResourceContext): Promise<Resource> {
  const attributes = {
    ...domainAttributes(context),
    DistributionDomainName: `d${context.physicalId(13, 'base36')}.cloudfront.net`,
    // Of CloudFront.
    DistributionHostedZoneId: 'Z2FDTNDATAQYW2',
  };
  return serveDomain(context, attributes, (reader) => ({ certificateArn: reader.optionalString('RegionalCertificateArn'), refusalAnswer }));
}
