import type { Account } from '../../account.ts';
import { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure, type Properties } from '../../resource-type.ts';
import { compilePathPattern } from '../path-pattern.ts';
import { managedCachePolicies, managedOriginRequestPolicies } from '../policies/managed-policies.ts';
import { ownPolicies } from '../policies/own-policies.ts';
import { managedResponseHeaders } from '../policies/response-headers.ts';
import { readForwardedValues } from '../policies/read-forwarding.ts';
import type { Behaviour, DistributionSettings, ErrorResponse, Origin } from './distribution-settings.ts';

/** Reads `DistributionConfig`: `local` is the same with the addresses that answer here. @throws ResourceFailure in CloudFront's words */
export function readDistribution(account: Account, properties: Properties, local: Properties): DistributionSettings {
  const config = configOf(properties);
  const localOrigins = configOf(local).objects('Origins');
  const origins = new Map(
    config.objects('Origins').map((origin, index) => [origin.string('Id'), readOrigin(account, origin, localOrigins[index]!)]),
  );
  const fallback = config.object('DefaultCacheBehavior');
  if (fallback === undefined)
    throw new ResourceFailure('Property validation failure: [The property {/DistributionConfig/DefaultCacheBehavior} is required]', {
      property: 'DistributionConfig.DefaultCacheBehavior',
    });
  return {
    behaviours: [
      ...config.objects('CacheBehaviors').map((behaviour) => readBehaviour(account, behaviour, behaviour.string('PathPattern'), origins)),
      readBehaviour(account, fallback, '*', origins),
    ],
    defaultRootObject: config.optionalString('DefaultRootObject') ?? '',
    errorResponses: new Map(
      config.objects('CustomErrorResponses').map((response) => [response.integer('ErrorCode'), readErrorResponse(response)]),
    ),
  };
}

function configOf(properties: Properties): PropertyReader {
  return new PropertyReader(properties).object('DistributionConfig') ?? new PropertyReader({}, 'DistributionConfig');
}

function readOrigin(account: Account, origin: PropertyReader, local: PropertyReader): Origin {
  const domainName = origin.string('DomainName');
  const accessControl = origin.optionalString('OriginAccessControlId');
  const common = {
    id: origin.string('Id'),
    domainName,
    path: origin.optionalString('OriginPath') ?? '',
    customHeaders: Object.fromEntries(
      origin.objects('OriginCustomHeaders').map((header) => [header.string('HeaderName').toLowerCase(), header.string('HeaderValue')]),
    ),
  };
  const bucket = bucketOf(domainName);
  const custom = origin.object('CustomOriginConfig');
  if (custom === undefined && bucket !== undefined) {
    const identity = origin.object('S3OriginConfig')?.optionalString('OriginAccessIdentity')?.split('/').at(-1) ?? '';
    checkAccessControl(account, accessControl, 's3');
    return {
      ...common,
      kind: 'bucket',
      bucket,
      ...(accessControl === undefined || accessControl === '' ? {} : { accessControl }),
      ...(identity === '' ? {} : { identity }),
    };
  }
  if (custom === undefined)
    throw new ResourceFailure('Invalid request provided: The parameter Origin DomainName does not refer to a valid S3 bucket.', {
      property: 'DistributionConfig.Origins.DomainName',
      fix: `${domainName} is no bucket: give the origin a CustomOriginConfig`,
    });
  // S3W-041
  checkAccessControl(account, accessControl, 'custom');
  const localName = local.string('DomainName');
  const isLocal = localName !== domainName;
  const secure = custom.string('OriginProtocolPolicy') !== 'http-only';
  const port = secure ? custom.integer('HTTPSPort', 443) : custom.integer('HTTPPort', 80);
  return {
    ...common,
    kind: 'server',
    url: isLocal ? `http://${localName}` : `${secure ? 'https' : 'http'}://${domainName}:${port}`,
    readTimeoutMs: custom.integer('OriginReadTimeout', 30) * 1000,
  };
}

/** S3W-041: an access control is for one kind of origin. */
function checkAccessControl(account: Account, id: string | undefined, kind: 's3' | 'custom'): void {
  if (id === undefined || id === '') return;
  const control = ownPolicies(account).accessControls.get(id);
  if (control === undefined)
    throw new ResourceFailure('Invalid request provided: The specified origin access control does not exist.', {
      property: 'DistributionConfig.Origins.OriginAccessControlId',
    });
  if (control.originType !== kind)
    throw new ResourceFailure('Invalid request provided: Illegal configuration: The origin type and OAC origin type differ.', {
      property: 'DistributionConfig.Origins.OriginAccessControlId',
    });
}

/** The bucket that a REST endpoint's name begins with; undefined for websites and all other names. */
export function bucketOf(domainName: string): string | undefined {
  return /^(.+)\.s3(?:[.-](?:dualstack\.)?(?!website)[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.exec(domainName)?.[1];
}

function readBehaviour(account: Account, behaviour: PropertyReader, pattern: string, origins: ReadonlyMap<string, Origin>): Behaviour {
  const origin = origins.get(behaviour.string('TargetOriginId'));
  if (origin === undefined)
    throw new ResourceFailure('Invalid request provided: One or more of your origins or origin groups do not exist.', {
      property: 'DistributionConfig.DefaultCacheBehavior.TargetOriginId',
      fix: `Origins: ${[...origins.keys()].join(', ')}`,
    });
  const methods = behaviour.strings('AllowedMethods');
  const legacy = behaviour.object('ForwardedValues');
  const [cacheId, requestId] = [behaviour.optionalString('CachePolicyId'), behaviour.optionalString('OriginRequestPolicyId')];
  const own = ownPolicies(account);
  const known = (id: string | undefined, managed: Readonly<Record<string, unknown>>, made: ReadonlyMap<string, unknown>): void => {
    if (id !== undefined && managed[id] === undefined && !made.has(id))
      throw new ResourceFailure(`Invalid request provided: The specified policy does not exist: ${id}`, { property: 'DistributionConfig' });
  };
  known(cacheId, managedCachePolicies, own.cache);
  known(requestId, managedOriginRequestPolicies, own.originRequest);
  const responseId = behaviour.optionalString('ResponseHeadersPolicyId');
  known(responseId, managedResponseHeaders, own.responseHeaders);
  const functions = new Map(
    behaviour.objects('FunctionAssociations').map((each) => [each.string('EventType'), each.string('FunctionARN')]),
  );
  for (const [type, arn] of functions) {
    if (type !== 'viewer-request' && type !== 'viewer-response')
      throw new ResourceFailure(`Invalid request provided: CloudFront Functions don't run at ${type}`, { property: 'DistributionConfig' });
    if (!own.functions.has(arn))
      throw new ResourceFailure(`Invalid request provided: The specified function does not exist: ${arn}`, {
        property: 'DistributionConfig',
      });
  }
  return {
    pattern,
    matches: compilePathPattern(pattern),
    origin,
    methods: new Set(methods.length === 0 ? ['GET', 'HEAD'] : methods),
    forwarding: () =>
      [
        legacy === undefined ? undefined : readForwardedValues(legacy),
        cacheId === undefined ? undefined : (managedCachePolicies[cacheId] ?? own.cache.get(cacheId)),
        requestId === undefined ? undefined : (managedOriginRequestPolicies[requestId] ?? own.originRequest.get(requestId)),
      ].filter((each) => each !== undefined),
    responseHeaders: () =>
      responseId === undefined ? undefined : (managedResponseHeaders[responseId] ?? own.responseHeaders.get(responseId)),
    functionAt: (event) => own.functions.get(functions.get(event) ?? ''),
  };
}

function readErrorResponse(response: PropertyReader): ErrorResponse {
  const pagePath = response.optionalString('ResponsePagePath');
  const responseCode = response.optionalInteger('ResponseCode');
  return {
    ...(pagePath === undefined || pagePath === '' ? {} : { pagePath }),
    ...(responseCode === undefined ? {} : { responseCode }),
  };
}
