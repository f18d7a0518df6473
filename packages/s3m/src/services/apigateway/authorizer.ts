import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { parseIdentitySource, type AuthorizerDefinition } from './authorizer-definition.ts';
import { parseInvocationUri } from '../../gateway/function-target.ts';
import { apiOf } from './belongs-to-api.ts';
import { isUnresolved } from '../known-value.ts';
import { compileJavaPattern, PatternProblem } from './java-pattern.ts';
import { hasStageVariables } from '../../gateway/stage-variables.ts';

/** A Lambda authorizer of type TOKEN (areas D, F, G, H; AG-527). */
export const authorizer: ResourceType = {
  type: 'AWS::ApiGateway::Authorizer',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    Name: 'simulated',
    Type: 'simulated',
    AuthorizerUri: 'simulated',
    IdentitySource: 'simulated',
    IdentityValidationExpression: 'simulated',
    AuthorizerResultTtlInSeconds: 'simulated',
    AuthType: { inert: 'has no effect on AWS either; it is for OpenAPI documents' },
  },
  required: ['RestApiId', 'Name', 'Type'],
  attributes: ['AuthorizerId'],
  replacedBy: ['RestApiId'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { Type: type, AuthorizerUri: uri, IdentitySource: source, IdentityValidationExpression: validation } = properties;
  const findings: Finding[] = [];
  if (type === 'REQUEST' || type === 'COGNITO_USER_POOLS') {
    findings.push({
      property: 'Type',
      kind: 'unsupported',
      message: `Authorizers of type ${type} are not simulated`,
      fix: 'Use a TOKEN authorizer.',
    });
    return findings;
  }
  if (type !== undefined && type !== 'TOKEN' && !isUnresolved(type)) {
    findings.push(invalid('Type', 'Invalid authorizer type specified. Valid options are TOKEN, REQUEST and COGNITO_USER_POOLS'));
  }
  if (uri === undefined) {
    findings.push(
      invalid(
        'AuthorizerUri',
        'Invalid Authorizer URI: null. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.',
      ),
    );
  } else if (typeof uri === 'string' && !isUnresolved(uri) && !hasStageVariables(uri) && parseInvocationUri(uri) === undefined) {
    findings.push(
      invalid(
        'AuthorizerUri',
        `Invalid Authorizer URI: ${uri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
      ),
    );
  }
  if (source === undefined || (typeof source === 'string' && !isUnresolved(source) && parseIdentitySource(source) === undefined)) {
    findings.push({
      ...invalid('IdentitySource', 'Invalid Authorizer IdentitySource. TOKEN authorizers take one request header'), // AG-078
      fix: 'Write method.request.header.Authorization, or another header.',
    });
  }
  findings.push(...checkValidation(validation), ...checkTtl(properties['AuthorizerResultTtlInSeconds']));
  return findings;
}

function checkValidation(validation: Properties[string] | undefined): Finding[] {
  if (typeof validation !== 'string' || isUnresolved(validation)) return [];
  try {
    compileJavaPattern(validation);
    return [];
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return [{ property: 'IdentityValidationExpression', kind: 'unsupported', message: error.message }];
  }
}

/** AG-108 */
function checkTtl(ttl: Properties[string] | undefined): Finding[] {
  if (ttl === undefined || isUnresolved(ttl) || (Number(ttl) >= 0 && Number(ttl) <= 3600)) return [];
  return [invalid('AuthorizerResultTtlInSeconds', 'Authorizer result ttl should be between 0 and 3600 seconds')];
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const id = context.physicalId(6, 'base36');
  let definition = parse(context, id);
  api.draft.putAuthorizer(definition);
  const resource: Resource = {
    ref: id,
    attributes: { AuthorizerId: id },
    update: async (next) => {
      definition = parse(next, id);
      api.draft.putAuthorizer(definition);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.removeAuthorizer(definition)),
  };
  return resource;
}

function parse({ properties, name }: Pick<ResourceContext, 'properties' | 'name'>, id: string): AuthorizerDefinition {
  const reader = new PropertyReader(properties);
  reader.oneOf('Type', ['TOKEN']);
  const source = reader.string('IdentitySource');
  const header = parseIdentitySource(source);
  if (header === undefined) throw new ResourceFailure(`Invalid Authorizer IdentitySource: ${source}`, { property: 'IdentitySource' });
  const validation = reader.optionalString('IdentityValidationExpression');
  return {
    id,
    name: reader.string('Name'),
    logicalId: name.logicalId,
    uri: reader.string('AuthorizerUri'),
    header,
    ...(validation === undefined || validation === '' ? {} : { validation }),
    ttlSeconds: reader.integer('AuthorizerResultTtlInSeconds', 300), // AG-108
  };
}
