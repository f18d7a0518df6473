import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startEngine } from '../../src/engine/engine.ts';

const integration = {
  type: 'mock',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: { default: { statusCode: '200', responseTemplates: { 'application/json': { 'Fn::Sub': 'from ${AWS::Region}, ${Word}' } } } },
};

const template = {
  Parameters: { Word: { Type: 'String', Default: 'inline' } },
  Resources: {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Name: 'document',
        Body: {
          openapi: '3.0.1',
          info: { title: 'document', version: '1' },
          paths: { '/x': { get: { responses: { 200: { description: 'ok' } }, 'x-amazon-apigateway-integration': integration } } },
        },
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
  },
};

test('Functions of CloudFormation work within an inline Body (AG-547)', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 's3m-document-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'system.json'), JSON.stringify(template));
  await using engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0, api: 0 } });
  const url = engine.describe().endpoints.apis['Api']!.stages['prod']!;
  assert.equal(await (await fetch(`${url}/x`)).text(), 'from us-east-1, inline');
});
