import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoLookup, evaluate, messagesOf, problemsOf } from './evaluate-fixture.ts';

const switched = {
  Parameters: { Env: { Type: 'String', Default: 'dev' } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
    IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { 'Fn::Equals': ['a', 'a'] }] },
  },
};

test('Conditions name each other and are evaluated with the parameters', () => {
  const evaluation = evaluate({ ...switched, Resources: { R: { Type: 'T' } } }, { parameters: { Env: 'prod' } });
  assert.deepEqual(
    ['IsProd', 'IsDev', 'Both', 'Either'].map((name) => evaluation.condition(name)),
    [true, false, false, true],
  );
});

test('A resource whose condition is false does not exist, and DependsOn on it is ignored (CFN-004)', () => {
  const evaluation = evaluate({
    ...switched,
    Resources: { Big: { Type: 'T', Condition: 'IsProd' }, R: { Type: 'T', DependsOn: ['Big'] } },
  });
  assert.deepEqual(evaluation.resourceIds, ['R']);
  assert.deepEqual(evaluation.dependencies('R'), []);
});

test('A reference to a skipped resource is an error unless its branch is not taken (CFN-004)', () => {
  const resources = (value: object) => ({
    ...switched,
    Resources: { Big: { Type: 'T', Condition: 'IsProd' }, R: { Type: 'T', Properties: { Value: value } } },
  });
  const guarded = evaluate(resources({ 'Fn::If': ['IsProd', { Ref: 'Big' }, 'none'] }));
  assert.deepEqual(guarded.resolveProperties('R', echoLookup), { Value: 'none' });
  assert.deepEqual(guarded.dependencies('R'), []);
  const [problem, ...more] = problemsOf(() => evaluate(resources({ 'Fn::GetAtt': ['Big', 'Arn'] })));
  assert.deepEqual(more, []);
  assert.equal(problem?.message, 'Template format error: Unresolved resource dependencies [Big] in the Resources block of the template');
  assert.match(problem.fix!, /Big does not exist since its condition IsProd is false/);
});

test('An undefined reference is told also in the branch that is not taken', () => {
  const template = { ...switched, Resources: { R: { Type: 'T', Properties: { V: { 'Fn::If': ['IsProd', { Ref: 'Nobody' }, ''] } } } } };
  assert.deepEqual(
    messagesOf(() => evaluate(template)),
    ['Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template'],
  );
});

test('Everything wrong with conditions is told at once, with its place', () => {
  const template = {
    Conditions: {
      Resource: { 'Fn::Equals': [{ Ref: 'R' }, 'a'] },
      Round: { 'Fn::Not': [{ Condition: 'About' }] },
      About: { 'Fn::Not': [{ Condition: 'Round' }] },
      Short: { 'Fn::Equals': ['a'] },
    },
    Resources: { R: { Type: 'T', Condition: 'Missing' } },
    Outputs: { O: { Value: { 'Fn::If': ['Missing', 'a', 'b'] } } },
  };
  const problems = problemsOf(() => evaluate(template));
  assert.deepEqual(problems.map(({ message }) => message).toSorted(), [
    'Template error: every Fn::Equals object requires a list of 2 string parameters.',
    'Template error: unresolved condition dependency Missing in Fn::If',
    'Template format error: Circular dependency between conditions: [Round, About]',
    'Template format error: Unresolved condition dependency Missing in the Resources block of the template',
    'Template format error: Unresolved dependencies [R]. Cannot reference resources in the Conditions block of the template',
  ]);
  assert.ok(problems.every(({ location }) => location?.line !== undefined && location.line > 1));
});

test('A rule is checked when its RuleCondition holds, and the CDK bootstrap rule passes (CFN-057)', () => {
  const bootstrap = {
    Parameters: {
      Env: { Type: 'String', Default: 'dev' },
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    },
    Rules: {
      CheckBootstrapVersion: {
        Assertions: [
          {
            Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }] },
            AssertDescription: 'too old',
          },
        ],
      },
      ProdNeedsMore: {
        RuleCondition: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
        Assertions: [{ Assert: { 'Fn::EachMemberIn': [[{ Ref: 'Env' }], ['dev', 'test']] }, AssertDescription: 'not in prod' }],
      },
    },
    Resources: { R: { Type: 'T' } },
  };
  assert.deepEqual(evaluate(bootstrap).resourceIds, ['R']);
  assert.deepEqual(
    messagesOf(() => evaluate(bootstrap, { parameters: { Env: 'prod' } })),
    ['Template error: Rule ProdNeedsMore failed: not in prod'],
  );
});

test('A rule that asks AWS about the account is not evaluated, and says so', () => {
  const assertions = [{ Assert: { 'Fn::Contains': [{ 'Fn::RefAll': 'AWS::EC2::VPC::Id' }, 'vpc-1'] } }];
  const template = { Rules: { R: { Assertions: assertions } }, Resources: { A: { Type: 'T' } } };
  assert.deepEqual(
    messagesOf(() => evaluate(template)),
    ['Template error: Rule R failed: Fn::RefAll is not supported: it asks AWS about things in the account'],
  );
});
