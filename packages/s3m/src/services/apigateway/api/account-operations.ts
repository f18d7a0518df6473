import { madeResources, type MadeResource } from '../../made-resources.ts';
import { asForm, asTags, asText, asTexts, printProperties, type Form } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { findClientCertificate } from '../client-certificates.ts';
import { usageRegisterOf } from '../usage/usage-register.ts';
import { notFound, one } from '../../rest-answers.ts';
import { page, seconds } from './named-in-call.ts';

export function getAccount({ account }: RestCall): RestAnswer {
  const [own] = madeResources(account.directory, 'AWS::ApiGateway::Account').toReversed();
  const { rate, burst } = usageRegisterOf(account.directory).accountLimit;
  return {
    status: 200,
    body: {
      ...printProperties({ cloudwatchRoleArn: ['CloudWatchRoleArn', asText] }, own?.properties ?? {}),
      throttleSettings: { burstLimit: burst, rateLimit: rate },
      features: ['UsagePlans'],
      apiKeyVersion: '4',
    },
  };
}

const linkForm: Form = {
  name: ['Name', asText],
  description: ['Description', asText],
  targetArns: ['TargetArns', asTexts],
  tags: ['Tags', asTags],
};

export function getVpcLinks(call: RestCall): RestAnswer {
  return page(
    madeResources(call.account.directory, 'AWS::ApiGateway::VpcLink').map((link) => printLink(call, link)),
    call,
  );
}

/** AG-184, AG-185: a link that CloudFormation made is available. */
export function getVpcLink(call: RestCall): RestAnswer {
  const link = find(call, 'AWS::ApiGateway::VpcLink', call.path['vpclink_id']!);
  return one(
    link && { ...printLink(call, link), ...printProperties({ tags: ['Tags', asTags, {}] }, link.properties) },
    'Invalid Vpc Link identifier specified',
  );
}

function printLink({ account }: RestCall, { ref, properties }: MadeResource): object {
  const live = account.directory.find('vpcLink', ref);
  return { id: ref, ...printProperties(linkForm, properties), status: live?.status, statusMessage: live?.statusMessage };
}

const domainForm: Form = {
  domainName: ['DomainName', asText],
  certificateArn: ['CertificateArn', asText],
  regionalCertificateArn: ['RegionalCertificateArn', asText],
  endpointConfiguration: [
    'EndpointConfiguration',
    asForm({ types: ['Types', asTexts, ['EDGE']], ipAddressType: ['IpAddressType', asText, 'ipv4'] }),
    { types: ['EDGE'], ipAddressType: 'ipv4' },
  ],
  securityPolicy: ['SecurityPolicy', asText, 'TLS_1_2'],
  tags: ['Tags', asTags],
  mutualTlsAuthentication: [
    'MutualTlsAuthentication',
    asForm({ truststoreUri: ['TruststoreUri', asText], truststoreVersion: ['TruststoreVersion', asText] }),
  ],
  ownershipVerificationCertificateArn: ['OwnershipVerificationCertificateArn', asText],
};

export function getDomainNames(call: RestCall): RestAnswer {
  return page(madeResources(call.account.directory, 'AWS::ApiGateway::DomainName').map(printDomain), call);
}

export function getDomainName(call: RestCall): RestAnswer {
  return { status: 200, body: printDomain(domainOf(call)) };
}

function domainOf(call: RestCall): MadeResource {
  const domain = find(call, 'AWS::ApiGateway::DomainName', call.path['domain_name']!.toLowerCase());
  if (domain === undefined) throw notFound('Invalid domain name identifier specified');
  return domain;
}

/** What the edge has, or what the region has, as the domain is of one or the other. */
function printDomain({ properties, attributes }: MadeResource): object {
  const { DomainNameArn, RegionalDomainName, RegionalHostedZoneId, DistributionDomainName, DistributionHostedZoneId } = attributes;
  const printed = printProperties(domainForm, properties);
  const { types } = printed['endpointConfiguration'] as { readonly types: readonly string[] };
  const place = types.includes('EDGE')
    ? { distributionDomainName: DistributionDomainName, distributionHostedZoneId: DistributionHostedZoneId }
    : { regionalDomainName: RegionalDomainName, regionalHostedZoneId: RegionalHostedZoneId };
  return { ...printed, domainNameArn: DomainNameArn, ...place, domainNameStatus: 'AVAILABLE' };
}

const mappingForm: Form = { basePath: ['BasePath', asText, '(none)'], restApiId: ['RestApiId', asText], stage: ['Stage', asText] };

export function getBasePathMappings(call: RestCall): RestAnswer {
  return page(mappingsOf(call), call);
}

/** AG-013: the mapping without a base path is `(none)`. */
export function getBasePathMapping(call: RestCall): RestAnswer {
  const found = mappingsOf(call).find(({ basePath }) => basePath === call.path['base_path']);
  return one(found, 'Invalid base path mapping identifier specified');
}

function mappingsOf(call: RestCall): Record<string, unknown>[] {
  const { ref } = domainOf(call);
  return madeResources(call.account.directory, 'AWS::ApiGateway::BasePathMapping')
    .filter(({ properties }) => String(properties['DomainName']).toLowerCase() === ref)
    .map(({ properties }) => {
      const printed = printProperties(mappingForm, properties);
      return printed['basePath'] === '' ? { ...printed, basePath: '(none)' } : printed;
    });
}

export function getClientCertificates(call: RestCall): RestAnswer {
  return page(
    madeResources(call.account.directory, 'AWS::ApiGateway::ClientCertificate').map((each) => printCertificate(call, each)),
    call,
  );
}

/** AG-537: what backends are to trust. */
export function getClientCertificate(call: RestCall): RestAnswer {
  const found = find(call, 'AWS::ApiGateway::ClientCertificate', call.path['clientcertificate_id']!);
  return one(found && printCertificate(call, found), 'Invalid Client Certificate identifier specified');
}

const yearMs = 365 * 86_400_000;

function printCertificate({ account }: RestCall, { ref, properties, madeAt }: MadeResource): object {
  return {
    clientCertificateId: ref,
    ...printProperties({ description: ['Description', asText] }, properties),
    pemEncodedCertificate: findClientCertificate(account.directory, ref)?.certificate,
    createdDate: seconds(madeAt),
    expirationDate: seconds(madeAt + yearMs),
    ...printProperties({ tags: ['Tags', asTags] }, properties),
  };
}

function find({ account }: RestCall, type: string, ref: string): MadeResource | undefined {
  return madeResources(account.directory, type).find((each) => each.ref === ref);
}

/** Resource types by the folder of their ARNs. */
const taggedTypes: Readonly<Record<string, string>> = {
  restapis: 'AWS::ApiGateway::RestApi',
  usageplans: 'AWS::ApiGateway::UsagePlan',
  apikeys: 'AWS::ApiGateway::ApiKey',
  vpclinks: 'AWS::ApiGateway::VpcLink',
  domainnames: 'AWS::ApiGateway::DomainName',
  clientcertificates: 'AWS::ApiGateway::ClientCertificate',
};

export function getTags(call: RestCall): RestAnswer {
  const arn = call.path['resource_arn']!;
  const [, folder = '', id = '', stageName] = /^arn:[^:]+:apigateway:[^:]*::\/([a-z]+)\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn) ?? [];
  const found =
    stageName === undefined
      ? find(call, taggedTypes[folder] ?? '', id)
      : madeResources(call.account.directory, 'AWS::ApiGateway::Stage').find(
          ({ ref, properties }) => ref === stageName && properties['RestApiId'] === id,
        );
  return one(found && printProperties({ tags: ['Tags', asTags, {}] }, found.properties), 'Invalid resource ARN specified');
}
