import assert from 'node:assert/strict';
import test from 'node:test';
import { account } from '../../../src/services/apigateway/account.ts';
import { authorizer } from '../../../src/services/apigateway/authorizer.ts';
import { basePathMapping } from '../../../src/services/apigateway/base-path-mapping.ts';
import { domainName } from '../../../src/services/apigateway/domain-name.ts';
import { gatewayResponse } from '../../../src/services/apigateway/gateway-response.ts';
import { method } from '../../../src/services/apigateway/method.ts';
import { model } from '../../../src/services/apigateway/model.ts';
import { requestValidator } from '../../../src/services/apigateway/request-validator.ts';
import { resource } from '../../../src/services/apigateway/resource.ts';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { vpcLink } from '../../../src/services/apigateway/vpc-link.ts';
import { coverProperties } from '../../../src/services/coverage.ts';
import type { Properties, ResourceType } from '../../../src/services/resource-type.ts';

/** Of the properties that CloudFormation has, those that are reported as unsupported. */
function left(type: ResourceType, ...names: readonly string[]): string[] {
  const properties: Properties = Object.fromEntries(names.map((name) => [name, 'x']));
  return coverProperties(type, properties).unsupported.map(({ path }) => path);
}

test('The properties that CloudFormation has are known; what is not simulated is reported (AG-511, AG-517, AG-518, AG-525 to AG-531, AG-534 to AG-536)', () => {
  assert.deepEqual(
    left(
      restApi,
      'Name',
      'Body',
      'BodyS3Location',
      'CloneFrom',
      'Mode',
      'Parameters',
      'FailOnWarnings',
      'EndpointConfiguration',
      'BinaryMediaTypes',
      'MinimumCompressionSize',
      'ApiKeySourceType',
      'Policy',
      'DisableExecuteApiEndpoint',
    ),
    ['CloneFrom'],
  );
  assert.deepEqual(left(resource, 'RestApiId', 'ParentId', 'PathPart'), []);
  assert.deepEqual(
    left(
      method,
      'HttpMethod',
      'AuthorizationType',
      'AuthorizerId',
      'AuthorizationScopes',
      'ApiKeyRequired',
      'OperationName',
      'RequestParameters',
      'RequestModels',
      'RequestValidatorId',
      'MethodResponses',
      'Integration',
    ),
    [],
  );
  assert.deepEqual(
    left(
      stage,
      'RestApiId',
      'DeploymentId',
      'StageName',
      'Variables',
      'MethodSettings',
      'AccessLogSetting',
      'CacheClusterEnabled',
      'CacheClusterSize',
      'CanarySetting',
      'ClientCertificateId',
      'TracingEnabled',
      'DocumentationVersion',
    ),
    [],
  );
  const setting = {
    ResourcePath: '/*',
    HttpMethod: '*',
    LoggingLevel: 'INFO',
    DataTraceEnabled: true,
    MetricsEnabled: true,
    ThrottlingBurstLimit: 1,
    ThrottlingRateLimit: 1,
    CachingEnabled: true,
    CacheTtlInSeconds: 1,
    CacheDataEncrypted: true,
  };
  assert.deepEqual(coverProperties(stage, { MethodSettings: [setting] }).unsupported, []);
  assert.deepEqual(
    left(
      authorizer,
      'Type',
      'AuthorizerUri',
      'AuthorizerCredentials',
      'IdentitySource',
      'IdentityValidationExpression',
      'AuthorizerResultTtlInSeconds',
      'ProviderARNs',
      'AuthType',
      'Name',
    ),
    [],
  );
  assert.deepEqual(left(vpcLink, 'Name', 'TargetArns', 'Description'), []);
  assert.deepEqual(left(gatewayResponse, 'ResponseType', 'StatusCode', 'ResponseParameters', 'ResponseTemplates'), []);
  assert.deepEqual(left(model, 'Name', 'ContentType', 'Schema'), []);
  assert.deepEqual(left(requestValidator, 'ValidateRequestBody', 'ValidateRequestParameters'), []);
  assert.deepEqual(
    left(
      domainName,
      'DomainName',
      'CertificateArn',
      'RegionalCertificateArn',
      'EndpointConfiguration',
      'SecurityPolicy',
      'MutualTlsAuthentication',
    ),
    [],
  );
  assert.deepEqual(left(basePathMapping, 'DomainName', 'BasePath', 'RestApiId', 'Stage'), []);
  assert.deepEqual(left(account, 'CloudWatchRoleArn'), []);
});

test('An integration has the members that CloudFormation has; TLS settings and streaming are not simulated (AG-519)', () => {
  const names = [
    'Type',
    'IntegrationHttpMethod',
    'Uri',
    'Credentials',
    'ConnectionType',
    'ConnectionId',
    'TimeoutInMillis',
    'PassthroughBehavior',
    'ContentHandling',
    'RequestParameters',
    'RequestTemplates',
    'CacheKeyParameters',
    'CacheNamespace',
    'IntegrationTarget',
    'ResponseTransferMode',
  ];
  const IntegrationResponses = [
    { StatusCode: '200', SelectionPattern: '', ResponseParameters: {}, ResponseTemplates: {}, ContentHandling: 'x' },
  ];
  const Integration = {
    ...Object.fromEntries(names.map((name) => [name, 'x'])),
    IntegrationResponses,
    TlsConfig: { InsecureSkipVerification: true },
  };
  const { unsupported } = coverProperties(method, { Integration });
  assert.deepEqual(
    unsupported.map(({ path }) => path).filter((path) => !path.endsWith('ResponseTransferMode')),
    [],
  );
});

test('What identifies an API’s parts is replaced, never changed in place (AG-517, AG-527, AG-528)', () => {
  assert.deepEqual(resource.replacedBy, ['*']);
  assert.ok(authorizer.attributes.includes('AuthorizerId'));
  assert.ok(vpcLink.replacedBy?.includes('TargetArns'));
});
