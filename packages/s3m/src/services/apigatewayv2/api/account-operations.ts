import { listOf } from '../../known-value.ts';
import { madeResources, type MadeResource } from '../../made-resources.ts';
import { asForm, asTags, asText, asTexts, printProperties, type Form } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { notFound, one } from '../../rest-answers.ts';
import { page, time } from './named-in-call.ts';

const linkForm: Form = {
  name: ['Name', asText],
  securityGroupIds: ['SecurityGroupIds', asTexts, []],
  subnetIds: ['SubnetIds', asTexts],
  tags: ['Tags', asTags, {}],
};

export function getVpcLinks(call: RestCall): RestAnswer {
  return page(linksOf(call), call);
}

export function getVpcLink(call: RestCall): RestAnswer {
  return one(
    linksOf(call).find(({ vpcLinkId }) => vpcLinkId === call.path['vpcLinkId']),
    'Invalid Vpc Link identifier specified',
  );
}

function linksOf({ account }: RestCall): { readonly vpcLinkId: string }[] {
  return madeResources(account.directory, 'AWS::ApiGatewayV2::VpcLink').map(({ ref, properties, madeAt }) => {
    const live = account.directory.find('vpcLinkV2', ref);
    return {
      createdDate: time(madeAt),
      ...printProperties(linkForm, properties),
      vpcLinkId: ref,
      vpcLinkStatus: live?.status,
      vpcLinkStatusMessage: live?.statusMessage,
      vpcLinkVersion: 'V2',
    };
  });
}

const configurationForm: Form = {
  certificateArn: ['CertificateArn', asText],
  certificateName: ['CertificateName', asText],
  endpointType: ['EndpointType', asText, 'REGIONAL'],
  ipAddressType: ['IpAddressType', asText, 'ipv4'],
  securityPolicy: ['SecurityPolicy', asText, 'TLS_1_2'],
  ownershipVerificationCertificateArn: ['OwnershipVerificationCertificateArn', asText],
};

const domainForm: Form = {
  domainName: ['DomainName', asText],
  mutualTlsAuthentication: ['MutualTlsAuthentication', asForm({ truststoreUri: ['TruststoreUri', asText] })],
  tags: ['Tags', asTags, {}],
};

export function getDomainNames(call: RestCall): RestAnswer {
  return page(domainsOf(call).map(printDomain), call);
}

export function getDomainName(call: RestCall): RestAnswer {
  return { status: 200, body: printDomain(domainOf(call)) };
}

function domainsOf({ account }: RestCall): readonly MadeResource[] {
  return madeResources(account.directory, 'AWS::ApiGatewayV2::DomainName');
}

function domainOf(call: RestCall): MadeResource {
  const domain = domainsOf(call).find(({ ref }) => ref === call.path['domainName']!.toLowerCase());
  if (domain === undefined) throw notFound('Invalid domain name identifier specified');
  return domain;
}

function printDomain({ properties, attributes }: MadeResource): object {
  return {
    apiMappingSelectionExpression: '$request.basepath',
    ...printProperties(domainForm, properties),
    domainNameArn: attributes['DomainNameArn'],
    domainNameConfigurations: listOf(properties['DomainNameConfigurations']).map((each) => ({
      apiGatewayDomainName: attributes['RegionalDomainName'],
      ...printProperties(configurationForm, each),
      domainNameStatus: 'AVAILABLE',
      hostedZoneId: attributes['RegionalHostedZoneId'],
    })),
  };
}

const mappingForm: Form = { apiId: ['ApiId', asText], apiMappingKey: ['ApiMappingKey', asText, ''], stage: ['Stage', asText] };

export function getApiMappings(call: RestCall): RestAnswer {
  return page(mappingsOf(call), call);
}

export function getApiMapping(call: RestCall): RestAnswer {
  return one(
    mappingsOf(call).find(({ apiMappingId }) => apiMappingId === call.path['apiMappingId']),
    'Invalid API mapping identifier specified',
  );
}

/** Also of a domain that is `AWS::ApiGateway::DomainName`: mappings of both kinds meet there. */
function mappingsOf(call: RestCall): { readonly apiMappingId: string }[] {
  const { directory } = call.account;
  const name = call.path['domainName']!.toLowerCase();
  const domains = [...domainsOf(call), ...madeResources(directory, 'AWS::ApiGateway::DomainName')];
  if (domains.every(({ ref }) => ref !== name)) throw notFound('Invalid domain name identifier specified');
  return madeResources(directory, 'AWS::ApiGatewayV2::ApiMapping')
    .filter(({ properties }) => String(properties['DomainName']).toLowerCase() === name)
    .map(({ ref, properties }) => ({ ...printProperties(mappingForm, properties), apiMappingId: ref }));
}

/** Resource types by the folder of their ARNs. */
const taggedTypes: Readonly<Record<string, string>> = {
  apis: 'AWS::ApiGatewayV2::Api',
  vpclinks: 'AWS::ApiGatewayV2::VpcLink',
  domainnames: 'AWS::ApiGatewayV2::DomainName',
};

export function getTags(call: RestCall): RestAnswer {
  const arn = call.path['resource-arn']!;
  const [, folder = '', id = '', stageName] = /^arn:[^:]+:apigateway:[^:]*::\/([a-z]+)\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn) ?? [];
  const type = stageName === undefined ? (taggedTypes[folder] ?? '') : 'AWS::ApiGatewayV2::Stage';
  const found = madeResources(call.account.directory, type).find(({ ref, properties }) =>
    stageName === undefined ? ref === id : ref === stageName && properties['ApiId'] === id,
  );
  return one(found && printProperties({ tags: ['Tags', asTags, {}] }, found.properties), 'Invalid resource ARN specified');
}
