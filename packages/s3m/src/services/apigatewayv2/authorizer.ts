import { parseInvocationUri } from '../../gateway/function-target.ts';
import { hasStageVariables } from '../../gateway/stage-variables.ts';
import { isObject, isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
  type Value,
} from '../resource-type.ts';
import type { AuthorizerDefinition } from './authorizers/authorizer-definition.ts';
import { compileIdentitySource } from './authorizers/identity-source.ts';
import { httpApiOf } from './belongs-to-http-api.ts';

/** An authorizer of an HTTP API: JWT, or REQUEST for a Lambda function (area EE). */
export const httpAuthorizer: ResourceType = {
  type: 'AWS::ApiGatewayV2::Authorizer',
  scope: 'simulated',
  properties: {
    ApiId: 'simulated',
    Name: 'simulated',
    AuthorizerType: 'simulated',
    AuthorizerUri: 'simulated',
    AuthorizerCredentialsArn: 'simulated',
    AuthorizerPayloadFormatVersion: 'simulated',
    AuthorizerResultTtlInSeconds: 'simulated',
    EnableSimpleResponses: 'simulated',
    IdentitySource: 'simulated',
    'JwtConfiguration.Issuer': 'simulated',
    'JwtConfiguration.Audience': 'simulated',
  },
  required: ['ApiId', 'AuthorizerType', 'Name'],
  attributes: ['AuthorizerId'],
  replacedBy: ['ApiId'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { AuthorizerType: type, IdentitySource: sources } = properties;
  if (type === 'JWT') return [...checkJwt(properties), ...checkSources(sources)];
  if (type === 'REQUEST') return [...checkRequest(properties), ...checkSources(sources)];
  return isUnresolved(type)
    ? []
    : [invalid('AuthorizerType', `Invalid authorizer type: ${JSON.stringify(type ?? null)}. Allowed: JWT, REQUEST`)];
}

function checkJwt({ JwtConfiguration: jwt, IdentitySource: sources }: Properties): Finding[] {
  const findings: Finding[] = [];
  const { Issuer: issuer, Audience: audience } = isObject(jwt) ? jwt : {};
  if (typeof issuer !== 'string' || (!issuer.includes('unresolved:') && !isIssuer(issuer))) {
    findings.push(
      invalid('JwtConfiguration.Issuer', `Issuer must be the https URL of an OpenID issuer, it is ${JSON.stringify(issuer ?? null)}`),
    );
  }
  if (audience === undefined || (Array.isArray(audience) && audience.length === 0)) {
    findings.push(invalid('JwtConfiguration.Audience', 'JwtConfiguration must have an Audience'));
  }
  if (toList(sources).length !== 1) findings.push(invalid('IdentitySource', 'A JWT authorizer takes one identity source')); // AG-562
  return findings;
}

/** The engine's own issuers answer without TLS, on this machine only. */
function isIssuer(text: string): boolean {
  return /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/]/.test(text) && URL.canParse(text);
}

function checkRequest(properties: Properties): Finding[] {
  const {
    AuthorizerUri: uri,
    AuthorizerPayloadFormatVersion: version,
    EnableSimpleResponses: simple,
    AuthorizerResultTtlInSeconds: ttl,
  } = properties;
  const findings: Finding[] = [];
  if (typeof uri !== 'string' || (!uri.includes('unresolved:') && !hasStageVariables(uri) && parseInvocationUri(uri) === undefined)) {
    findings.push(
      invalid(
        'AuthorizerUri',
        `Invalid Authorizer URI: ${JSON.stringify(uri ?? null)}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
      ),
    );
  }
  if (version !== '1.0' && version !== '2.0' && !isUnresolved(version)) {
    // AG-569
    findings.push(
      invalid('AuthorizerPayloadFormatVersion', 'AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer'),
    );
  }
  if ((simple === true || simple === 'true') && version === '1.0') {
    findings.push(invalid('EnableSimpleResponses', 'EnableSimpleResponses is for AuthorizerPayloadFormatVersion 2.0 only')); // AG-570
  }
  if (ttl !== undefined && !isUnresolved(ttl)) {
    if (!(Number(ttl) >= 0 && Number(ttl) <= 3600)) {
      findings.push(invalid('AuthorizerResultTtlInSeconds', 'Authorizer result ttl should be between 0 and 3600 seconds')); // AG-575
    } else if (Number(ttl) > 0 && toList(properties['IdentitySource']).length === 0) {
      findings.push(invalid('IdentitySource', 'Identity source must be specified when caching is enabled')); // AG-575
    }
  }
  return findings;
}

function checkSources(sources: Value | undefined): Finding[] {
  return toList(sources).flatMap((source, index) =>
    typeof source !== 'string' || isUnresolved(source) || compileIdentitySource(source) !== undefined
      ? []
      : [
          {
            ...invalid(`IdentitySource[${index}]`, `Invalid identity source: ${source}`),
            fix: 'Write $request.header.Authorization, for example.',
          },
        ],
  );
}

function toList(sources: Value | undefined): readonly Value[] {
  if (sources === undefined || sources === null) return [];
  return Array.isArray(sources) ? (sources as readonly Value[]) : [sources];
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = httpApiOf(context);
  const id = context.physicalId(6, 'base36');
  api.draft.putAuthorizer(parse(context, id));
  const resource: Resource = {
    ref: id,
    attributes: { AuthorizerId: id },
    update: async (next) => {
      api.draft.putAuthorizer(parse(next, id));
      return resource;
    },
    delete: () => Promise.resolve(api.draft.remove('authorizers', id)),
  };
  return resource;
}

function parse({ properties, local, name }: ResourceContext, id: string): AuthorizerDefinition {
  const reader = new PropertyReader(properties);
  const common = { id, name: reader.string('Name'), logicalId: name.logicalId };
  const identitySources = reader.strings('IdentitySource');
  const wrong = identitySources.find((source) => compileIdentitySource(source) === undefined);
  if (wrong !== undefined) throw new ResourceFailure(`Invalid identity source: ${wrong}`, { property: 'IdentitySource' });
  if (reader.oneOf('AuthorizerType', ['JWT', 'REQUEST']) === 'JWT') {
    // The issuer that answers here, and that writes the tokens.
    const jwt = new PropertyReader(local).object('JwtConfiguration');
    return {
      ...common,
      kind: 'jwt',
      identitySource: identitySources[0] ?? '$request.header.Authorization',
      issuer: jwt?.string('Issuer') ?? '',
      audience: jwt?.strings('Audience') ?? [],
    };
  }
  const credentials = reader.optionalString('AuthorizerCredentialsArn');
  return {
    ...common,
    kind: 'lambda',
    ...(credentials === undefined ? {} : { credentials }),
    uri: reader.string('AuthorizerUri'),
    payloadFormat: reader.oneOf('AuthorizerPayloadFormatVersion', ['1.0', '2.0']),
    simpleResponses: reader.boolean('EnableSimpleResponses', false),
    identitySources,
    ttlSeconds: reader.integer('AuthorizerResultTtlInSeconds', 0), // AG-575
  };
}
