import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateParameters } from '../../src/template/parameters.ts';

function one(declaration: object, value?: string): { readonly value: unknown; readonly message: string | undefined } {
  const { values, problems } = evaluateParameters({ declarations: { P: declaration }, given: value === undefined ? {} : { P: value } });
  return { value: values.get('P'), message: problems[0]?.message };
}

test('The caller comes before the assembly, and the assembly before the default', () => {
  const declarations = { A: { Type: 'String', Default: 'd' }, B: { Type: 'String', Default: 'd' }, C: { Type: 'String', Default: 'd' } };
  const { values } = evaluateParameters({ declarations, given: { A: 'given' }, assembly: { A: 'assembly', B: 'assembly' } });
  assert.deepEqual(
    [...values],
    [
      ['A', 'given'],
      ['B', 'assembly'],
      ['C', 'd'],
    ],
  );
});

test('Lists are split at commas and trimmed (CFN-005)', () => {
  assert.deepEqual(one({ Type: 'CommaDelimitedList' }, 'a, b ,c').value, ['a', 'b', 'c']);
  assert.deepEqual(one({ Type: 'List<Number>' }, '1,2').value, ['1', '2']);
  assert.deepEqual(one({ Type: 'List<AWS::EC2::Subnet::Id>' }, 'subnet-1,subnet-2').value, ['subnet-1', 'subnet-2']);
});

const refused: readonly (readonly [declaration: object, value: string, message: string])[] = [
  [{ Type: 'Number' }, 'not-a-number', "Parameter 'P' must be a number."], // CFN-024
  [{ Type: 'String', AllowedValues: ['a', 'b'] }, 'c', "Parameter 'P' must be one of AllowedValues"],
  [{ Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a,c', "Parameter 'P' must be one of AllowedValues"],
  [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'abc1', "Parameter 'P' must match pattern [a-z]+"],
  [
    { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'letters only' },
    'abc1',
    "Parameter 'P' failed to satisfy constraint: letters only",
  ],
  [{ Type: 'String', AllowedPattern: '(a|a)*b' }, 'a'.repeat(64), "Parameter 'P' takes too long to match with pattern (a|a)*b"],
  [{ Type: 'String', MinLength: 3 }, 'ab', "Parameter 'P' must contain at least 3 characters"],
  [{ Type: 'String', MaxLength: '3' }, 'abcd', "Parameter 'P' must contain at most 3 characters"],
  [{ Type: 'Number', MinValue: 1 }, '0', "Parameter 'P' must be a number not less than 1"],
  [{ Type: 'Number', MaxValue: 10 }, '11', "Parameter 'P' must be a number not greater than 10"],
  [{ Type: 'Nonsense' }, 'x', 'Template format error: Unrecognized parameter type: Nonsense'],
  [
    { Type: 'AWS::SSM::Parameter::Value<String>' },
    '/nowhere',
    'Unable to fetch parameters [/nowhere] from parameter store for this account.',
  ],
];

for (const [declaration, value, message] of refused) {
  test(`Refused: ${value} for ${JSON.stringify(declaration)}`, () => assert.equal(one(declaration, value).message, message));
}

test('All missing parameters and all unknown ones are named (CFN-024)', () => {
  const { problems } = evaluateParameters({ declarations: { A: { Type: 'String' }, B: { Type: 'String' } }, given: { X: '1', Y: '2' } });
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['Parameters: [X, Y] do not exist in the template', 'Parameters: [A, B] must have values'],
  );
});

test('A Systems Manager parameter gives its value through the lookup; the CDK bootstrap version needs none (CFN-005, CFN-057)', () => {
  const declarations = {
    List: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/subnets' },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
  };
  const { values, problems } = evaluateParameters({
    declarations,
    given: {},
    systemsManager: (name) => (name === '/subnets' ? 'a,b' : undefined),
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(values.get('List'), ['a', 'b']);
  assert.ok(Number(values.get('BootstrapVersion')) >= 6);
});

test('NoEcho parameters are told apart', () => {
  const { secret } = evaluateParameters({
    declarations: { A: { Type: 'String', NoEcho: true }, B: { Type: 'String' } },
    given: { A: 'x', B: 'y' },
  });
  assert.deepEqual([...secret], ['A']);
});
