import assert from 'node:assert/strict';
import test from 'node:test';
import { importDocument } from '../../../src/services/apigateway/openapi/import-document.ts';

test('A security scheme that refers to another protects as that one does (AG-541)', () => {
  const authorizer = { type: 'token', authorizerUri: 'arn:x' };
  const { methods, authorizers, warnings } = importDocument(
    {
      openapi: '3.0.1',
      paths: { '/': { get: { security: [{ alias: [] }] }, post: { security: [{ constructor: [] }] } } },
      components: {
        securitySchemes: {
          alias: { $ref: '#/components/securitySchemes/real' },
          real: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authorizer': authorizer },
        },
      },
    },
    { basePath: 'ignore', apiId: 'a' },
  );
  assert.deepEqual(
    methods.map(({ properties }) => [properties['AuthorizationType'], properties['AuthorizerId']]),
    [
      ['CUSTOM', 'alias'],
      ['NONE', undefined],
    ],
  );
  assert.deepEqual(
    authorizers.map(({ name, properties }) => [name, properties['IdentitySource']]),
    [
      ['alias', 'method.request.header.Authorization'],
      ['real', 'method.request.header.Authorization'],
    ],
  );
  assert.equal(warnings.length, 1);
});
