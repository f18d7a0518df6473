import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FunctionFailure } from '../../src/template/function-failure.ts';
import { placeholderLookup } from '../../src/template/lookup.ts';
import { echoLookup, evaluate, messagesOf, problemsOf } from './evaluate-fixture.ts';

test('A resource depends on what it names in properties, metadata, Fn::Sub and DependsOn, each once (CFN-009)', () => {
  const evaluation = evaluate({
    Parameters: { P: { Type: 'String', Default: 'x' } },
    Resources: {
      A: { Type: 'T' },
      B: { Type: 'T' },
      C: { Type: 'T' },
      D: { Type: 'T' },
      Main: {
        Type: 'T',
        DependsOn: 'A',
        Metadata: { S3M: { table: { Ref: 'D' } } },
        Properties: {
          One: { Ref: 'A' },
          Two: { 'Fn::Sub': '${B.Arn}${P}${AWS::Region}${!C}' },
          Three: { 'Fn::Sub': ['${X}${C}', { X: 'x' }] },
        },
      },
    },
  });
  assert.deepEqual(evaluation.dependencies('Main').toSorted(), ['A', 'B', 'C', 'D']);
  assert.deepEqual(evaluation.resolveMetadata('Main', echoLookup), { S3M: { table: 'D-id' } });
});

test('A cycle is refused with the way round and the places (CFN-009)', () => {
  const [problem, ...more] = problemsOf(() =>
    evaluate({
      Resources: {
        Free: { Type: 'T' },
        A: { Type: 'T', Properties: { X: { Ref: 'B' } } },
        B: { Type: 'T', DependsOn: ['C'] },
        C: { Type: 'T', Properties: { Y: [{ 'Fn::GetAtt': ['A', 'Arn'] }] } },
      },
    }),
  );
  assert.deepEqual(more, []);
  assert.equal(problem?.message, 'Circular dependency between resources: [A, B, C]');
  assert.equal(problem.fix, 'A -> B (Properties/X/Ref), B -> C (DependsOn/0), C -> A (Properties/Y/0/Fn::GetAtt)');
});

test('A cycle through a branch that is not taken is none', () => {
  const evaluation = evaluate({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      A: { Type: 'T', Properties: { X: { 'Fn::If': ['Never', { Ref: 'B' }, ''] } } },
      B: { Type: 'T', Properties: { X: { Ref: 'A' } } },
    },
  });
  assert.deepEqual([evaluation.dependencies('A'), evaluation.dependencies('B')], [[], ['A']]);
});

test('Everything that is wrong is told at once, with logical id, property and line (CFN-020)', () => {
  const problems = problemsOf(() =>
    evaluate({
      Resources: {
        A: { Type: 'T', DependsOn: 'Nobody', Properties: { Tags: [{ Value: { Ref: 'nobody' } }] } },
        B: { Type: 'T', Properties: { X: { 'Fn::Sub': '${a}' } } },
      },
      Outputs: { O: { Value: { Ref: 'Gone' } } },
    }),
  );
  assert.deepEqual(
    problems.map(({ message, logicalId, property, fix }) => [message, logicalId, property, fix]),
    [
      [
        'Template format error: Unresolved resource dependencies [nobody] in the Resources block of the template',
        'A',
        'Tags[0].Value.Ref',
        '"nobody" is neither a resource nor a parameter of the template: correct the name, or add it.',
      ],
      [
        'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
        'A',
        'DependsOn',
        undefined,
      ],
      [
        'Template format error: Unresolved resource dependencies [a] in the Resources block of the template',
        'B',
        'X.Fn::Sub',
        'Did you mean A?',
      ],
      [
        'Template format error: Unresolved resource dependencies [Gone] in the Outputs block of the template',
        undefined,
        'Outputs.O.Value.Ref',
        '"Gone" is neither a resource nor a parameter of the template: correct the name, or add it.',
      ],
    ],
  );
  assert.deepEqual(
    problems.map(({ location }) => location?.line),
    [10, 5, 20, 28],
  );
});

test('Outputs have text values, descriptions and export names; one whose condition is false is left out', () => {
  const evaluation = evaluate({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { A: { Type: 'T' } },
    Outputs: {
      Url: { Value: { 'Fn::GetAtt': ['A', 'Url'] }, Description: 'where', Export: { Name: { 'Fn::Sub': '${AWS::StackName}-Url' } } },
      Number: { Value: 80 },
      Not: { Condition: 'Never', Value: { Ref: 'A' } },
    },
  });
  assert.deepEqual(evaluation.outputs(echoLookup), [
    { name: 'Url', value: 'A.Url-value', description: 'where', exportName: 'TestStack-Url' },
    { name: 'Number', value: '80' },
  ]);
  assert.deepEqual(evaluation.exports, ['TestStack-Url']);
});

test('An output that is a list is refused', () => {
  assert.deepEqual(
    messagesOf(() => evaluate({ Resources: { A: { Type: 'T' } }, Outputs: { O: { Value: ['a'] } } })),
    ['Template format error: The Value field of every Outputs member must evaluate to a String.'],
  );
});

test('What a lookup refuses reaches the user with the place of the function', () => {
  const evaluation = evaluate({
    Resources: { A: { Type: 'T' }, B: { Type: 'T', Properties: { X: { Y: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['A', 'No'] }]] } } } } },
  });
  const refusing = {
    ...echoLookup,
    attribute: () => {
      throw new FunctionFailure('no such attribute');
    },
  };
  const [problem] = problemsOf(() => evaluation.resolveProperties('B', refusing));
  assert.equal(problem?.message, 'no such attribute');
  assert.equal(problem.property, 'X.Y.Fn::Join[1][0].Fn::GetAtt');
});

test('Dynamic references are taken apart and replaced after the functions have run (CFN-006)', () => {
  const evaluation = evaluate({
    Resources: {
      A: { Type: 'T' },
      B: {
        Type: 'T',
        Properties: {
          Plain: 'x {{resolve:ssm:/a/b:3}} y',
          Joined: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'A' }, ':SecretString:password::}}']] },
          Arn: '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:name-abc:SecretString::AWSPREVIOUS}}',
        },
      },
    },
  });
  const seen: unknown[] = [];
  const resolved = evaluation.resolveProperties('B', { ...echoLookup, dynamicReference: (reference) => `#${seen.push(reference)}` });
  assert.deepEqual(resolved, { Plain: 'x #1 y', Joined: '#2', Arn: '#3' });
  assert.deepEqual(seen, [
    { kind: 'ssm', secure: false, name: '/a/b', version: '3' },
    { kind: 'secretsmanager', secretId: 'A-id', jsonKey: 'password' },
    { kind: 'secretsmanager', secretId: 'arn:aws:secretsmanager:eu-west-1:1:secret:name-abc', versionStage: 'AWSPREVIOUS' },
  ]);
  assert.deepEqual(evaluation.resolveProperties('B', placeholderLookup)['Plain'], 'unresolved:x /a/b y');
});

test('Fn::ForEach writes out resources, also nested, and in properties', () => {
  const evaluation = evaluate({
    Transform: 'AWS::LanguageExtensions',
    Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'One,Two' } },
    Resources: {
      'Fn::ForEach::Topics': [
        'Name',
        { Ref: 'Names' },
        {
          'Topic${Name}': {
            Type: 'T',
            Properties: { Title: { Ref: 'Name' }, 'Fn::ForEach::P': ['K', ['a.b'], { 'Key&{K}': '${Name}-${K}' }] },
          },
        },
      ],
    },
    Outputs: { 'Fn::ForEach::Outs': ['N', { Ref: 'Names' }, { 'Out${N}': { Value: { Ref: 'Topic${N}' } } }] },
  });
  assert.deepEqual(evaluation.resourceIds, ['TopicOne', 'TopicTwo']);
  assert.deepEqual(evaluation.resolveProperties('TopicTwo', echoLookup), { Title: 'Two', Keyab: 'Two-a.b' });
  assert.deepEqual(
    evaluation.outputs(echoLookup).map(({ name, value }) => [name, value]),
    [
      ['OutOne', 'TopicOne-id'],
      ['OutTwo', 'TopicTwo-id'],
    ],
  );
});

test('A transform that CloudFormation would have to run is refused by name', () => {
  const [problem] = problemsOf(() =>
    evaluate({ Transform: ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'], Resources: { A: { Type: 'T' } } }),
  );
  assert.equal(problem?.code, 'UnsupportedTransform');
  assert.match(problem.message, /^Transform AWS::Serverless-2016-10-31 is not supported/);
});

test('Problems of parameters and of references are told together', () => {
  const template = { Parameters: { P: { Type: 'String' } }, Resources: { A: { Type: 'T', Properties: { X: { Ref: 'Gone' } } } } };
  assert.deepEqual(
    messagesOf(() => evaluate(template)),
    [
      'Parameters: [P] must have values',
      'Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template',
    ],
  );
});

test('A problem of a parameter is located at its declaration', () => {
  const [problem] = problemsOf(() =>
    evaluate('Parameters:\n  A: {Type: String, Default: x}\n  B: {Type: String}\nResources:\n  R: {Type: T}\n'),
  );
  assert.deepEqual([problem?.message, problem?.stack, problem?.location?.line], ['Parameters: [B] must have values', 'TestStack', 3]);
});
