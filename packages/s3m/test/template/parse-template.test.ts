import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { TemplateError } from '../../src/template/assembly.ts';
import type { Json } from '../../src/template/json.ts';
import { scanJsonPositions } from '../../src/template/json-positions.ts';
import { appendPointer } from '../../src/template/json-pointer.ts';
import { parseText, problemsOf } from './evaluate-fixture.ts';

test('Short tags become the long form, also inside one another', () => {
  const { value } = parseText(
    `
Resources:
  A:
    Type: T
    Properties:
      Ref: !Ref B
      Att: !GetAtt B.Outputs.Url
      AttList: !GetAtt [B, Arn]
      Sub: !Sub "a-\${B}"
      SubList: !Sub ["\${X}", {X: !Ref B}]
      If: !If [C, !Ref B, !Ref "AWS::NoValue"]
      Select: !Select [0, !GetAZs ""]
      Nested: !Join ["", [!Ref B, !ImportValue x]]
Conditions:
  C: !And [!Condition D, !Not [!Equals [a, b]]]
`,
    't.yaml',
  );
  assert.deepEqual(value, {
    Resources: {
      A: {
        Type: 'T',
        Properties: {
          Ref: { Ref: 'B' },
          Att: { 'Fn::GetAtt': ['B', 'Outputs.Url'] },
          AttList: { 'Fn::GetAtt': ['B', 'Arn'] },
          Sub: { 'Fn::Sub': 'a-${B}' },
          SubList: { 'Fn::Sub': ['${X}', { X: { Ref: 'B' } }] },
          If: { 'Fn::If': ['C', { Ref: 'B' }, { Ref: 'AWS::NoValue' }] },
          Select: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
          Nested: { 'Fn::Join': ['', [{ Ref: 'B' }, { 'Fn::ImportValue': 'x' }]] },
        },
      },
    },
    Conditions: { C: { 'Fn::And': [{ Condition: 'D' }, { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }] } },
  });
});

test('YAML is version 1.1 without time stamps: dates stay text, yes is true', () => {
  const { value } = parseText('Version: 2012-10-17\nYes: yes\nPort: 8080\nQuoted: "8080"\n80: key\n', 't.yaml');
  assert.deepEqual(value, { 80: 'key', Version: '2012-10-17', Yes: true, Port: 8080, Quoted: '8080' });
});

test('What YAML 1.1 would take for a truth or a number, and no reader of it does, stays text', () => {
  const texts = ['N', 'y', 'Y', 'n', '098765432109', '08', '-09', '08:30', '.', '-.', 'E1', 'e10', '.e5', '1,000', '0o17', '08:30.5'];
  assert.deepEqual(parseText(texts.map((text) => `- ${text}\n`).join(''), 't.yaml').value, texts);
  const { value } = parseText('[No, off, TRUE, 0, 00, 017, 0x1F, 1_000, -5, 1.5, .5, 5., 1e3, .5e1, 22:30]', 't.yaml');
  assert.deepEqual(value, [false, false, true, 0, 0, 15, 31, 1000, -5, 1.5, 0.5, 5, 1000, 5, 1350]);
  assert.deepEqual(parseText('yes: 1\ny: 2\n', 't.yaml').value, { yes: 1, y: 2 });
});

test('Values and keys are located in YAML', () => {
  const { locate } = parseText('Resources:\n  A:\n    Type: T\n    Properties:\n      List:\n        - !Ref B\n        - x\n', 't.yaml');
  assert.deepEqual(locate('/Resources/A'), { file: 't.yaml', line: 2, column: 3 });
  assert.deepEqual(locate('/Resources/A/Properties/List/1'), { file: 't.yaml', line: 7, column: 11 });
  assert.equal(locate('/Resources/A/Properties/List/0/Ref').line, 6);
  assert.equal(locate('/Resources/A/Properties/Absent/0').line, 4);
});

test('Values and keys are located in JSON', () => {
  const { locate } = parseText('{\n  "Resources": {\n    "A": {"Type": "T", "Properties": {"L": [1,\n  {"a/b": 2}]}}}}', 't.json');
  assert.deepEqual(locate('/Resources/A'), { file: 't.json', line: 3, column: 5 });
  assert.deepEqual(locate('/Resources/A/Properties/L/1/a~1b'), { file: 't.json', line: 4, column: 4 });
});

test('Every member and item of any JSON text is found where it stands', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), (source, indent) => {
      const value = JSON.parse(source) as Json;
      const text = JSON.stringify(value, null, indent);
      const { offsets, duplicates } = scanJsonPositions(text);
      assert.deepEqual(duplicates, []);
      const visit = (item: Json, pointer: string): void => {
        if (typeof item !== 'object' || item === null) return;
        for (const [key, inner] of Object.entries(item)) {
          const at = text.slice(offsets.get(appendPointer(pointer, key)));
          assert.ok(at.startsWith(JSON.stringify(Array.isArray(item) ? inner : key, null, indent).slice(0, 1)), `${pointer}/${key}`);
          visit(inner, appendPointer(pointer, key));
        }
      };
      visit(value, '');
    }),
  );
});

test('Any text is a template or refused with a TemplateError, never with another error', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ': ',
    ',',
    '\n',
    '  ',
    '- ',
    '!Ref ',
    '!GetAtt ',
    '!If',
    '&a ',
    '*a',
    '<<: ',
    '? ',
    '|\n',
    '# ',
    'A',
    '1',
    '!!binary ',
    '%YAML 9\n',
    '---\n',
    '\t',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      ),
      (text) => {
        try {
          parseText(text, 'file').locate('/Resources/A');
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
        }
      },
    ),
    { numRuns: 1000 },
  );
});

const broken: readonly (readonly [title: string, text: string, message: string, line: number, column: number])[] = [
  ['a brace too few', '{"Resources": {"A": 1}', 'Template format error: JSON not well-formed. (line 1, column 23)', 1, 23],
  ['a missing comma', '{"Resources": {}\n "A": 1}', 'Template format error: JSON not well-formed. (line 2, column 2)', 2, 2],
  ['a JSON member twice', '{"Resources": {"A": 1,\n "A": 2}}', 'Template format error: JSON not well-formed. (line 2, column 2)', 2, 2],
  ['YAML that is none', 'Resources:\n  A: [1\n', 'Template format error: YAML not well-formed. (line 3, column 1)', 3, 1],
  ['a YAML key twice', 'Resources:\n  A: 1\n  A: 2\n', 'Template format error: YAML not well-formed. (line 3, column 3)', 3, 3],
  ['an alias', 'A: &x 1\nB: *x\n', 'Template error: YAML aliases are not allowed in CloudFormation templates', 2, 4],
];

for (const [title, text, message, line, column] of broken) {
  test(`Refused with its place: ${title} (CFN-024)`, () => {
    const [problem] = problemsOf(() => parseText(text, 'file'));
    assert.equal(problem?.message, message);
    assert.deepEqual(problem.location, { file: 'file', line, column });
    assert.ok(problem.fix);
  });
}
