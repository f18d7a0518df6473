import { test } from 'node:test';
import * as fc from 'fast-check';
import { TemplateError } from '../../src/template/assembly.ts';
import { isJsonArray, isJsonObject, type Json } from '../../src/template/json.ts';
import { placeholderLookup } from '../../src/template/lookup.ts';
import { evaluate, stackOf } from './evaluate-fixture.ts';

const sound: Json = {
  Transform: 'AWS::LanguageExtensions',
  Parameters: { P: { Type: 'String', Default: 'x', AllowedValues: ['x', 'y'] }, L: { Type: 'CommaDelimitedList', Default: 'a,b' } },
  Mappings: { M: { x: { k: 'v' } } },
  Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] }, D: { 'Fn::And': [{ Condition: 'C' }, { 'Fn::Not': [{ Condition: 'C' }] }] } },
  Rules: { R: { RuleCondition: { 'Fn::Equals': ['a', 'a'] }, Assertions: [{ Assert: { 'Fn::Contains': [['x'], { Ref: 'P' }] } }] } },
  Resources: {
    A: { Type: 'T', Condition: 'C', Properties: { Sub: { 'Fn::Sub': ['${V}-${P}-${B.Arn}', { V: { Ref: 'B' } }] } } },
    B: {
      Type: 'T',
      DependsOn: ['E'],
      Metadata: { S3M: { x: { 'Fn::GetAtt': ['E', 'Arn'] } } },
      Properties: {
        If: { 'Fn::If': ['C', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, { Ref: 'AWS::NoValue' }] },
        Join: { 'Fn::Join': ['', [{ 'Fn::FindInMap': ['M', { Ref: 'P' }, 'k', { DefaultValue: 'd' }] }, { 'Fn::Base64': 'b' }]] },
        Cidr: { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] },
        Split: { 'Fn::Split': [',', { 'Fn::ImportValue': { 'Fn::Sub': 'x-${P}' } }] },
        Json: { 'Fn::ToJsonString': { a: { 'Fn::Length': { Ref: 'L' } } } },
      },
    },
    E: { Type: 'T' },
    'Fn::ForEach::Loop': ['I', { Ref: 'L' }, { 'R${I}': { Type: 'T', Properties: { N: { Ref: 'I' } } } }],
  },
  Outputs: { O: { Condition: 'C', Value: { Ref: 'A' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-o' } } } },
};

/** The same with the value at the `index`-th place (depth first) replaced. */
function damage(value: Json, index: number, replacement: Json): Json {
  let left = index;
  const visit = (item: Json): Json => {
    if (left-- === 0) return replacement;
    if (isJsonArray(item)) return item.map(visit);
    if (isJsonObject(item)) return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, visit(inner)]));
    return item;
  };
  return visit(value);
}

test('The sound template is accepted', () => void evaluate(sound));

test('A template with anything anywhere is accepted or refused with a TemplateError, never with another error', () => {
  const replacement = fc.oneof(
    fc.constantFrom<Json>(
      null,
      '',
      [],
      {},
      0,
      true,
      'P',
      'A.',
      { Ref: 'A' },
      { 'Fn::GetAtt': ['A', 'b'] },
      { Condition: 'D' },
      ['C'],
      'Fn::If',
      { toString: '' },
      [{ toString: '' }],
    ),
    fc.jsonValue() as fc.Arbitrary<Json>,
  );
  fc.assert(
    fc.property(fc.nat(140), replacement, (index, value) => {
      try {
        const damaged = damage(sound, index, value);
        const evaluation = evaluate({}, { stack: stackOf(JSON.stringify(damaged)) });
        for (const id of evaluation.resourceIds) evaluation.dependencies(id);
        evaluation.outputs(placeholderLookup);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
