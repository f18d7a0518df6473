import { isObject, isUnresolved, listOf } from '../known-value.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { domainAttributes, serveDomain } from '../serve-domain.ts';
import { checkMutualTls } from '../truststore.ts';
import { refusalAnswer } from './request/refusal-answer.ts';

const noTls = { inert: 'without mutual TLS the domain answers on http://127.0.0.1' };

/** A domain of one's own before REST and HTTP APIs (AG-012 to AG-022), with a port of its own. */
export const httpDomainName: ResourceType = {
  type: 'AWS::ApiGatewayV2::DomainName',
  scope: 'simulated',
  properties: {
    DomainName: 'simulated',
    'DomainNameConfigurations.CertificateArn': 'simulated',
    'DomainNameConfigurations.CertificateName': noTls,
    'DomainNameConfigurations.EndpointType': 'simulated',
    'DomainNameConfigurations.IpAddressType': { inert: 'the local endpoint is IPv4 on 127.0.0.1' },
    'DomainNameConfigurations.OwnershipVerificationCertificateArn': noTls,
    'DomainNameConfigurations.SecurityPolicy': { inert: 'clients need TLS 1.2 where there is TLS' },
    'MutualTlsAuthentication.TruststoreUri': 'simulated',
    Tags: { inert: 'tags have no effect' },
  },
  required: ['DomainName'],
  attributes: ['DomainNameArn', 'RegionalDomainName', 'RegionalHostedZoneId'],
  replacedBy: ['DomainName'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { DomainName: name, DomainNameConfigurations: configurations } = properties;
  const findings: Finding[] = checkMutualTls(properties, { edge: false, policy: undefined });
  if (typeof name === 'string' && !isUnresolved(name) && !/^(?:\*\.)?(?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+$/.test(name)) {
    findings.push({ property: 'DomainName', kind: 'invalid', message: `Invalid domain name: ${name}` });
  }
  for (const [index, { EndpointType: type }] of listOf(isObject(configurations) ? [configurations] : configurations).entries()) {
    if (type === undefined || type === 'REGIONAL' || isUnresolved(type)) continue;
    const message = `Domains of HTTP APIs are REGIONAL, not ${JSON.stringify(type)}`; // AG-015
    findings.push({ property: `DomainNameConfigurations[${index}].EndpointType`, kind: 'invalid', message });
  }
  return findings;
}

function create(context: ResourceContext): Promise<Resource> {
  return serveDomain(context, domainAttributes(context), (reader) => ({
    certificateArn: reader.objects('DomainNameConfigurations')[0]?.optionalString('CertificateArn'),
    refusalAnswer,
  }));
}
