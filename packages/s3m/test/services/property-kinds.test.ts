import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPropertyKinds, isPropertyOfAws } from '../../src/services/property-kinds.ts';
import type { Properties } from '../../src/services/resource-type.ts';

const failed = 'Properties validation failed for resource It with message: ';

function findings(type: string, properties: Properties): (readonly [string, string, string | undefined])[] {
  return checkPropertyKinds(type, 'It', properties).map(({ property, message, fix }) => [property, message, fix] as const);
}

describe('kinds of properties', () => {
  test('a value of another kind than CloudFormation takes is told with its place, the value and what is wanted (CFN-027)', () => {
    assert.deepEqual(
      findings('AWS::EC2::SecurityGroup', {
        GroupDescription: ['x'],
        VpcId: 'v',
        Tags: 5,
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: {} }],
      }),
      [
        ['GroupDescription', `${failed}#/GroupDescription: expected type: String, found: JSONArray`, 'It is ["x"]. Give a string.'],
        [
          'SecurityGroupIngress[0].FromPort',
          `${failed}#/SecurityGroupIngress/0/FromPort: expected type: Number, found: JSONObject`,
          'It is {}. Give a number.',
        ],
        ['Tags', `${failed}#/Tags: expected type: JSONArray, found: Integer`, 'It is 5. Give a list of {Key, Value}.'],
      ],
    );
  });

  test('nested properties that must be there are missed, with their path (CFN-027)', () => {
    assert.deepEqual(
      findings('AWS::ApiGateway::Method', { RestApiId: 'a', ResourceId: 'r', Integration: { IntegrationResponses: [{}] } }),
      [
        ['HttpMethod', 'Property validation failure: [The property {/HttpMethod} is required]', undefined],
        [
          'Integration.IntegrationResponses[0].StatusCode',
          'Property validation failure: [The property {/Integration/IntegrationResponses/0/StatusCode} is required]',
          undefined,
        ],
        ['Integration.Type', 'Property validation failure: [The property {/Integration/Type} is required]', undefined],
      ],
    );
  });

  test('one scalar passes for another that can be read from it, and so does what is not known yet', () => {
    assert.deepEqual(
      findings('AWS::Lambda::Function', {
        Code: 'unresolved:Code',
        Role: 5,
        Timeout: '3',
        MemorySize: 128,
        Layers: 'unresolved:Layers',
        Environment: { Variables: { A: 1, B: true, C: 'unresolved:C' } },
      }),
      [],
    );
    assert.deepEqual(
      findings('AWS::Lambda::Function', { Code: {}, Role: 'r', Timeout: 'three', Environment: { Variables: { A: [] } } }).map(
        ([path]) => path,
      ),
      ['Environment.Variables.A', 'Timeout'],
    );
  });

  test('a policy may be an object or a text, and a type that is not AWS’s is not checked', () => {
    assert.deepEqual(findings('AWS::ApiGateway::RestApi', { Policy: '{}' }), []);
    assert.deepEqual(findings('AWS::ApiGateway::RestApi', { Policy: 5 }).length, 1);
    assert.deepEqual(findings('Custom::Thing', { Anything: 5 }), []);
  });

  test('a long value is cut', () => {
    const [[, , fix]] = findings('AWS::SSM::Parameter', { Type: 'String', Value: ['x'.repeat(500)] }) as [[string, string, string]];
    assert.equal(fix, `It is ["${'x'.repeat(118)}.... Give a string.`);
  });

  test('a property that CloudFormation does not have is known as such', () => {
    assert.equal(isPropertyOfAws('AWS::ECS::TaskDefinition', 'ContainerDefinitions.DockerLabels'), true);
    assert.equal(isPropertyOfAws('AWS::ECS::TaskDefinition', 'ContainerDefinitions.Dockerlabels'), false);
    assert.equal(isPropertyOfAws('Custom::Thing', 'A'), undefined);
  });
});
