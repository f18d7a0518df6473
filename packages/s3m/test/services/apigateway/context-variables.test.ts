import assert from 'node:assert/strict';
import test from 'node:test';
import { contextVariable } from '../../../src/services/apigateway/context-variables.ts';

test('Every variable of the context that AWS names can be asked for (AG-474)', () => {
  const names = [
    'accountId',
    'apiId',
    'authorizer.principalId',
    'authorizer.anything',
    'authorizer.claims.sub',
    'awsEndpointRequestId',
    'deploymentId',
    'domainName',
    'domainPrefix',
    'error.message',
    'error.messageString',
    'error.responseType',
    'error.validationErrorString',
    'extendedRequestId',
    'httpMethod',
    'identity.accountId',
    'identity.apiKey',
    'identity.apiKeyId',
    'identity.caller',
    'identity.cognitoAuthenticationProvider',
    'identity.cognitoAuthenticationType',
    'identity.cognitoIdentityId',
    'identity.cognitoIdentityPoolId',
    'identity.principalOrgId',
    'identity.sourceIp',
    'identity.user',
    'identity.userAgent',
    'identity.userArn',
    'isCanaryRequest',
    'path',
    'protocol',
    'requestId',
    'requestTime',
    'requestTimeEpoch',
    'resourceId',
    'resourcePath',
    'stage',
    'wafResponseCode',
    'webaclArn',
  ];
  assert.deepEqual(
    names.filter((name) => contextVariable(name) === undefined),
    [],
  );
  assert.equal(contextVariable('nonsense'), undefined);
});
