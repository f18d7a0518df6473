import { isUnresolved } from '../known-value.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType, Scope, Value } from '../resource-type.ts';
import { LiveDistribution } from './distribution/live-distribution.ts';
import { readDistribution } from './distribution/read-distribution.ts';
import { cloudFrontId } from './policies/kept-in.ts';
import { ownPolicies } from './policies/own-policies.ts';

const noCache = { inert: 'nothing is cached: every request is a miss' } as const;
const noTls = { inert: 'the plain HTTP of its port stands for HTTPS' } as const;

const behaviour: Readonly<Record<string, Scope>> = {
  AllowedMethods: 'simulated',
  CachedMethods: noCache,
  CachePolicyId: 'simulated',
  Compress: { inert: 'bodies go out as the origin sends them' },
  DefaultTTL: noCache,
  ForwardedValues: 'simulated',
  FunctionAssociations: 'simulated',
  MaxTTL: noCache,
  MinTTL: noCache,
  OriginRequestPolicyId: 'simulated',
  PathPattern: 'simulated',
  ResponseHeadersPolicyId: 'simulated',
  SmoothStreaming: { inert: 'for a server of Microsoft' },
  TargetOriginId: 'simulated',
  ViewerProtocolPolicy: noTls,
};

function below(path: string, scopes: Readonly<Record<string, Scope>>): Record<string, Scope> {
  return Object.fromEntries(Object.entries(scopes).map(([name, scope]) => [`DistributionConfig.${path}.${name}`, scope]));
}

/** `AWS::CloudFront::Distribution`: a site's front, with a port of its own. */
export const distribution: ResourceType = {
  type: 'AWS::CloudFront::Distribution',
  scope: 'simulated',
  properties: {
    'DistributionConfig.Aliases': 'simulated',
    'DistributionConfig.Comment': { inert: 'a comment' },
    'DistributionConfig.DefaultRootObject': 'simulated',
    'DistributionConfig.Enabled': 'simulated',
    'DistributionConfig.HttpVersion': { inert: 'it answers HTTP/1.1' },
    'DistributionConfig.IPV6Enabled': { inert: 'it listens on 127.0.0.1' },
    'DistributionConfig.Logging': { inert: 'access logs are not delivered' },
    'DistributionConfig.PriceClass': { inert: 'there is one edge' },
    'DistributionConfig.Restrictions': 'simulated',
    'DistributionConfig.ViewerCertificate': noTls,
    'DistributionConfig.CustomErrorResponses': 'simulated',
    ...below('CustomErrorResponses', {
      ErrorCachingMinTTL: noCache,
      ErrorCode: 'simulated',
      ResponseCode: 'simulated',
      ResponsePagePath: 'simulated',
    }),
    ...below('DefaultCacheBehavior', behaviour),
    ...below('CacheBehaviors', behaviour),
    ...below('Origins', {
      ConnectionAttempts: { inert: 'an origin on this machine is there or not' },
      ConnectionTimeout: { inert: 'an origin on this machine is there or not' },
      CustomOriginConfig: 'simulated',
      DomainName: 'simulated',
      Id: 'simulated',
      OriginAccessControlId: 'simulated',
      OriginCustomHeaders: 'simulated',
      OriginPath: 'simulated',
      S3OriginConfig: 'simulated',
    }),
    Tags: { inert: 'tags have no effect' },
  },
  required: ['DistributionConfig'],
  attributes: ['DomainName', 'Id'],
  check,
  create,
};

const errorCodes = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

function check(properties: Properties): Finding[] {
  const config = asObject(properties['DistributionConfig']);
  const findings: Finding[] = [];
  if (config['Enabled'] === false || config['Enabled'] === 'false')
    findings.push({
      property: 'DistributionConfig.Enabled',
      kind: 'unsupported',
      message: 'Enabled false: a distribution here always answers',
    });
  const restriction = asObject(asObject(config['Restrictions'])['GeoRestriction'])['RestrictionType'];
  if (restriction !== undefined && restriction !== 'none')
    findings.push({
      property: 'DistributionConfig.Restrictions.GeoRestriction',
      kind: 'unsupported',
      message: 'Restrictions by country: where a viewer is, is not known here',
    });
  // S3W-044
  for (const [index, response] of asList(config['CustomErrorResponses']).entries()) {
    const property = `DistributionConfig.CustomErrorResponses[${index}]`;
    const { ErrorCode: code, ResponseCode: answer, ResponsePagePath: page } = asObject(response);
    if (!isUnresolved(code) && !errorCodes.includes(Number(code)))
      findings.push({
        property: `${property}.ErrorCode`,
        kind: 'invalid',
        message: `Invalid request provided: ErrorCode ${JSON.stringify(code)} is not one of ${errorCodes.join(', ')}`,
      });
    if ((answer === undefined) !== (page === undefined))
      findings.push({
        property,
        kind: 'invalid',
        message: 'Invalid request provided: ResponseCode and ResponsePagePath must be given together',
      });
    if (answer !== undefined && !isUnresolved(answer) && ![200, ...errorCodes].includes(Number(answer)))
      findings.push({
        property: `${property}.ResponseCode`,
        kind: 'invalid',
        message: `Invalid request provided: ResponseCode ${JSON.stringify(answer)} is not one of ${[200, ...errorCodes].join(', ')}`,
      });
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account, name } = context;
  const id = cloudFrontId(context);
  const domainName = `d${context.physicalId(13, 'base36', 'domain')}.cloudfront.net`;
  const live = new LiveDistribution(
    account,
    { id, domainName, logicalId: name.logicalId },
    readDistribution(account, context.properties, context.local),
  );
  const port = await live.listen();
  const { distributions } = ownPolicies(account);
  distributions.set(id, { invalidations: new Map() });
  const describe = (properties: Properties): Resource => ({
    ref: id,
    attributes: { Id: id, DomainName: domainName },
    addresses: [domainName, ...asList(asObject(properties['DistributionConfig'])['Aliases']).map(String)].map((host) => ({
      aws: `https://${host}`,
      local: `http://127.0.0.1:${port}`,
    })),
    update: (next) => {
      live.configure(readDistribution(account, next.properties, next.local));
      return Promise.resolve(describe(next.properties));
    },
    delete: () => {
      distributions.delete(id);
      return live[Symbol.asyncDispose]();
    },
  });
  return describe(context.properties);
}

function asObject(value: Value | undefined): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

function asList(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}
