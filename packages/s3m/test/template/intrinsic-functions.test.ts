import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Json } from '../../src/template/json.ts';
import { echoLookup, evaluate, messagesOf, resolveValue } from './evaluate-fixture.ts';

const cases: readonly (readonly [title: string, value: Json, expected: Json | undefined, sections?: { readonly [key: string]: Json }])[] = [
  ['Ref answers the physical id of a resource', { Ref: 'Other' }, 'Other-id'],
  ['Ref answers pseudo parameters (CFN-002)', { Ref: 'AWS::Region' }, 'eu-west-1'],
  ['Ref AWS::NoValue removes the property (CFN-002)', { Ref: 'AWS::NoValue' }, undefined],
  ['Ref AWS::NoValue removes an item of a list (CFN-002)', ['a', { Ref: 'AWS::NoValue' }, 'b'], ['a', 'b']],
  ['Fn::GetAtt takes a list', { 'Fn::GetAtt': ['Other', 'Arn'] }, 'Other.Arn-value'],
  ['Fn::GetAtt takes a dotted name', { 'Fn::GetAtt': 'Other.Outputs.Url' }, 'Other.Outputs.Url-value'],
  ['Fn::GetAtt takes a function for the attribute', { 'Fn::GetAtt': ['Other', { Ref: 'AWS::Region' }] }, 'Other.eu-west-1-value'],
  [
    'Fn::Sub replaces names and attributes (CFN-001)',
    { 'Fn::Sub': '${Other}/${Other.Arn}/${AWS::AccountId}' },
    'Other-id/Other.Arn-value/123456789012',
  ],
  ['Fn::Sub keeps ${!Literal} as ${Literal} (CFN-001)', { 'Fn::Sub': 'a${!B}$c{d}$' }, 'a${B}$c{d}$'],
  ['Fn::Sub takes values of its own', { 'Fn::Sub': ['${A}-${AWS::Region}', { A: { Ref: 'Other' } }] }, 'Other-id-eu-west-1'],
  ['Fn::Join joins resolved values', { 'Fn::Join': ['-', ['a', { Ref: 'Other' }, 1, true]] }, 'a-Other-id-1-true'],
  ['Fn::Join leaves out AWS::NoValue', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
  ['Fn::Join joins a list that a function gives', { 'Fn::Join': [',', { 'Fn::Split': ['.', 'a.b'] }] }, 'a,b'],
  ['Fn::Split splits', { 'Fn::Split': ['/', 'a//b'] }, ['a', '', 'b']],
  ['Fn::Select takes an index in text', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
  ['Fn::Select takes an index from a function', { 'Fn::Select': [{ 'Fn::Select': [0, ['1']] }, { 'Fn::GetAZs': '' }] }, 'eu-west-1b'],
  ['Fn::GetAZs of another region', { 'Fn::GetAZs': 'us-east-1' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['Fn::Base64 encodes UTF-8', { 'Fn::Base64': 'é' }, 'w6k='],
  ['Fn::Cidr takes host bits (CFN-003)', { 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  ['Fn::Cidr takes 8 host bits when none are given', { 'Fn::Cidr': ['10.0.0.0/16', '1'] }, ['10.0.0.0/24']],
  ['Fn::Cidr divides IPv6 blocks', { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8::/64', '2001:db8:0:1::/64']],
  ['Fn::ImportValue asks for the export', { 'Fn::ImportValue': { 'Fn::Sub': '${AWS::Region}-Vpc' } }, 'imported eu-west-1-Vpc'],
  [
    'Fn::FindInMap finds',
    { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'K'] },
    ['x'],
    { Mappings: { M: { 'eu-west-1': { K: ['x'] } } } },
  ],
  [
    'Fn::FindInMap falls back to DefaultValue under AWS::LanguageExtensions',
    { 'Fn::FindInMap': ['M', 'nowhere', 'K', { DefaultValue: { Ref: 'AWS::Region' } }] },
    'eu-west-1',
    { Transform: 'AWS::LanguageExtensions', Mappings: { M: { somewhere: { K: 'x' } } } },
  ],
  ['Fn::Length counts under AWS::LanguageExtensions', { 'Fn::Length': ['a', 'b'] }, 2, { Transform: 'AWS::LanguageExtensions' }],
  [
    'Fn::ToJsonString writes JSON under AWS::LanguageExtensions',
    { 'Fn::ToJsonString': { a: { Ref: 'Other' } } },
    '{"a":"Other-id"}',
    { Transform: ['AWS::LanguageExtensions'] },
  ],
  [
    'Fn::If takes the branch of its condition and never looks at the other',
    { 'Fn::If': ['C', 'yes', { 'Fn::FindInMap': ['M', 'absent', 'K'] }] },
    'yes',
    { Conditions: { C: { 'Fn::Equals': ['1', 1] } }, Mappings: { M: { a: { K: 'x' } } } },
  ],
  [
    'An IAM policy with a Condition is left as it is',
    { Condition: { StringEquals: { a: 'b' } } },
    { Condition: { StringEquals: { a: 'b' } } },
  ],
  [
    'An object with __proto__ as member keeps it a plain member',
    JSON.parse('{"__proto__":{"a":1}}') as Json,
    JSON.parse('{"__proto__":{"a":1}}') as Json,
  ],
];

for (const [title, value, expected, sections] of cases) {
  test(title, () => assert.deepEqual(resolveValue(value, sections), expected));
}

const failures: readonly (readonly [title: string, value: Json, message: string | RegExp])[] = [
  [
    'Fn::Select with an index out of range (CFN-021)',
    { 'Fn::Select': [{ Ref: 'P' }, ['a']] },
    'Template error: Fn::Select requires a list argument with two elements: an integer index and a list',
  ],
  [
    'Fn::GetAtt without attribute (CFN-021)',
    { 'Fn::GetAtt': ['Other'] },
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  ],
  [
    'Fn::GetAtt on nothing',
    { 'Fn::GetAtt': ['Nobody', 'Arn'] },
    'Template error: instance of Fn::GetAtt references undefined resource Nobody',
  ],
  [
    'Fn::Sub with an attribute of nothing',
    { 'Fn::Sub': '${Nobody.Arn}' },
    'Template error: instance of Fn::Sub references invalid resource attribute Nobody.Arn',
  ],
  [
    'Fn::Sub with a list',
    { 'Fn::Sub': ['${L}', { L: ['a'] }] },
    'Template error: variable L in Fn::Sub expression does not resolve to a string',
  ],
  [
    'Fn::FindInMap without such a mapping',
    { 'Fn::FindInMap': ['Nothing', 'a', 'b'] },
    "Template error: Mapping named 'Nothing' is not present in the 'Mappings' section of template.",
  ],
  [
    'a function that does not exist',
    { 'Fn::Foo': 1 },
    /^Template error: Encountered unsupported function: Fn::Foo Supported functions are: \[/,
  ],
  ['Fn::Length without AWS::LanguageExtensions', { 'Fn::Length': [] }, /unsupported function: Fn::Length/],
  ['Fn::Transform', { 'Fn::Transform': { Name: 'AWS::Include' } }, /Fn::Transform runs a macro/],
  ['Fn::Cidr without room', { 'Fn::Cidr': ['10.0.0.0/24', 4, 7] }, /has no room for 4 blocks of 7 host bits/],
  ['Fn::Cidr of something else', { 'Fn::Cidr': ['10.0.0.0', 1, 8] }, /"10.0.0.0" is not a CIDR block/],
];

for (const [title, value, message] of failures) {
  test(`Refused: ${title}`, () => {
    const [found, ...more] = messagesOf(() => resolveValue(value, { Parameters: { P: { Type: 'Number', Default: 100 } } }));
    assert.deepEqual(more, []);
    if (typeof message === 'string') assert.equal(found, message);
    else assert.match(found!, message);
  });
}

test('Fn::Split takes apart what Fn::Join has put together', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string().filter((text) => !text.includes('|') && !text.includes('unresolved:')),
        { minLength: 1 },
      ),
      (parts) => {
        assert.deepEqual(resolveValue({ 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] }), parts);
      },
    ),
  );
});

test('Fn::Sub gives back any text whose ${ is written ${!', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', '!', 'a', ' ') }), (text) => {
      // A name between the braces cannot itself begin with an exclamation mark.
      fc.pre(!text.includes('${!'));
      assert.equal(resolveValue({ 'Fn::Sub': text.replaceAll(/\$\{([^{}]*)\}/g, '${!$1}') }), text);
    }),
  );
});

test('Values that are not known yet spread to everything made of them and begin with "unresolved:"', () => {
  const evaluation = evaluate({
    Resources: {
      A: { Type: 'T' },
      B: {
        Type: 'T',
        Properties: {
          Joined: { 'Fn::Join': ['', ['http://', { 'Fn::GetAtt': ['A', 'Dns'] }, '/x']] },
          Selected: { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'A' }] }] },
          Encoded: { 'Fn::Base64': { 'Fn::Sub': 'a ${A}' } },
        },
      },
    },
  });
  const unknown = { ...echoLookup, ref: () => 'unresolved:A', attribute: () => 'unresolved:A.Dns' };
  assert.deepEqual(evaluation.resolveProperties('B', unknown), {
    Joined: 'unresolved:http://A.Dns/x',
    Selected: 'unresolved:A',
    Encoded: 'unresolved:a A',
  });
});
