import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, problemsOf, stackOf } from './evaluate-fixture.ts';

const good = { Type: 'T' };
const many = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, index) => [`R${index}`, good]));

// CFN-022, CFN-023 and CFN-007
const cases: readonly (readonly [template: string | object, messages: readonly string[]])[] = [
  [{}, ['Template format error: At least one Resources member must be defined.']],
  [{ Resources: {} }, ['Template format error: At least one Resources member must be defined.']],
  ['just some text', ['Template format error: unsupported structure.']],
  [{ Resources: { A: {} } }, ['Template format error: [/Resources/A] Every Resources object must contain a Type member.']],
  [{ Resources: { A: 'x' } }, ['Template format error: Any Resources member must be an object.']],
  [{ Resources: { 'a-b': good } }, ['Template format error: Resource name a-b is non alphanumeric.']],
  [{ Resources: { A: { ...good, Propertys: {} } } }, ["Invalid template resource property 'Propertys'"]],
  [{ Resource: { A: good }, Resources: { A: good } }, ['Invalid template property or properties [Resource]']],
  [
    { Resources: { A: good }, Outputs: { O: { Description: 'x' } } },
    ['Template format error: Every Outputs member must contain a Value object'],
  ],
  [{ Resources: { A: good }, Outputs: { O: { Value: null } } }, ["[/Outputs/O/Value] 'null' values are not allowed in templates"]],
  [{ Resources: { A: { ...good, Properties: { P: [null] } } } }, ["[/Resources/A/Type/P/0] 'null' values are not allowed in templates"]],
  [
    { Resources: { A: good }, Mappings: { M: { a: { b: { c: 1 } } } } },
    ['Template format error: Every Mappings attribute must be a String or a List.'],
  ],
  [{ Resources: many(501) }, ['Template format error: Number of resources, 501, is greater than maximum allowed, 500']],
  [
    { Resources: { A: { ...good, DependsOn: { Ref: 'B' } } } },
    ['Template format error: [/Resources/A/DependsOn] DependsOn must be a string or a list of strings.'],
  ],
  [
    { Resources: { A: {}, b_: good }, Outputs: { O: {} } },
    [
      'Template format error: [/Resources/A] Every Resources object must contain a Type member.',
      'Template format error: Resource name b_ is non alphanumeric.',
      'Template format error: Every Outputs member must contain a Value object',
    ],
  ],
];

for (const [template, messages] of cases) {
  test(`Refused: ${messages.join(' and ')}`, () =>
    assert.deepEqual(
      messagesOf(() => stackOf(template)),
      messages,
    ));
}

test('500 resources are accepted (CFN-007)', () =>
  assert.equal(Object.keys(stackOf({ Resources: many(500) }).template.Resources).length, 500));

test('A problem names stack, logical id and place', () => {
  const [problem] = problemsOf(() => stackOf('Resources:\n  Good: {Type: T}\n  Bad: {Typ: T}\n', 'MyStack'));
  assert.equal(problem?.stack, 'MyStack');
  assert.equal(problem.logicalId, 'Bad');
  assert.equal(problem.location?.line, 3);
});
