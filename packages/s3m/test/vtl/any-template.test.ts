import { assert as check, array, constantFrom, jsonValue, letrec, oneof, property, string, tuple } from 'fast-check';
import assert from 'node:assert/strict';
import test from 'node:test';
import { compileTemplate } from '../../src/vtl/compile-template.ts';
import { compileJsonPath, JsonPathProblem } from '../../src/vtl/json-path.ts';
import { printJson } from '../../src/vtl/print-value.ts';
import { JsonProblem, readJson } from '../../src/vtl/read-json.ts';
import { VtlFailure, VtlSyntaxProblem } from '../../src/vtl/vtl-problem.ts';

const pieces = [
  '#set(',
  '#if(',
  '#elseif(',
  '#else',
  '#end',
  '#foreach(',
  ' in ',
  '#break',
  '#stop',
  '#define(',
  '##',
  '#*',
  '*#',
  '#[[',
  ']]#',
  '#{else}',
  '#',
  '#foo',

  '$',
  '$x',
  '$!x',
  '${x',
  '}',
  '$x.y',
  '.get(',
  '.size()',
  '.split(',
  '.replaceAll(',
  '.put(',
  '.add(',
  '[',
  ']',
  '[1..3]',
  '{',
  ':',
  ',',
  ')',
  '(',
  '..',

  '"',
  "'",
  '\\',
  '\\$',
  '\\#',
  '1',
  '-2',
  '3.5',
  'true',
  'and',
  '==',
  '!=',
  '<',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  '||',
  '=',
  ' ',
  '\n',
  '\t',
  'a',
  'é',
  '\u0000',
  '𝒳',
];

const root = readJson('{"y": [1, "a,b", {"k": null}], "n": 2, "s": "text"}');

test('Whatever a template consists of, it is rendered, refused or ended; nothing else happens', () => {
  const template = array(constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));
  check(
    property(template, (text) => {
      try {
        const rendered = compileTemplate(text).render((name) => (name === 'x' ? root : undefined));
        assert.equal(typeof rendered, 'string');
      } catch (error) {
        assert.ok(error instanceof VtlSyntaxProblem || error instanceof VtlFailure, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});

/** Templates that are well formed. */
const { block } = letrec<{ value: string; expression: string; reference: string; block: string }>((tie) => ({
  reference: oneof(
    { depthSize: 'small', withCrossShrink: true },
    constantFrom('$x', '$x.y', '$x.n', '$i', '$none', '$!x.s', '${x.y}', '$foreach.index'),
    tuple(
      constantFrom('$x', '$x.s', '$x.y', '$i'),
      constantFrom('get', 'size', 'put', 'add', 'split', 'substring', 'replace', 'contains', 'toString', 'keySet', 'remove', 'set'),
      array(tie('value'), { maxLength: 2 }),
    ).map(([on, name, args]) => `${on}.${name}(${args.join(', ')})`),
    tuple(constantFrom('$x', '$x.y', '$i'), tie('value')).map(([on, index]) => `${on}[${index}]`),
  ),
  value: oneof(
    { depthSize: 'small', withCrossShrink: true },
    constantFrom('0', '-1', '2.5', 'true', "'a,b'", '"c$x.n"', '[1..4]', '[]', '{}'),
    tie('reference'),
    array(tie('value'), { maxLength: 2 }).map((items) => `[${items.join(', ')}]`),
    tuple(tie('value'), tie('value')).map(([key, value]) => `{${key}: ${value}}`),
  ),
  expression: oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('value'),
    tuple(tie('expression'), constantFrom('+', ' - ', '*', '/', '%', '==', '!=', '<', '>=', '&&', ' or '), tie('expression')).map(
      (parts) => `(${parts.join('')})`,
    ),
    tie('expression').map((inner) => `!${inner}`),
  ),
  block: oneof(
    { depthSize: 'small', withCrossShrink: true },
    constantFrom('text ', '\n', '#break', '#stop', '## note\n', '#* note *#'),
    tie('reference').map((reference) => `${reference} `),
    tuple(constantFrom('$i', '$x.s', '$x["n"]', '$new.z'), tie('expression')).map(([target, value]) => `#set(${target} = ${value})`),
    tuple(tie('expression'), tie('block'), tie('block')).map(([condition, yes, no]) => `#if(${condition})${yes}#{else}${no}#{end}`),
    tuple(tie('value'), tie('block')).map(([list, body]) => `#foreach($i in ${list})${body}#{end}`),
    tuple(tie('block'), tie('block')).map((parts) => parts.join('')),
  ),
}));

test('A template that is well formed compiles, and is rendered or ended', () => {
  check(
    property(block, (text) => {
      const template = compileTemplate(text);
      const value = readJson('{"y": [1, "a,b", {"k": null}], "n": 2, "s": "text"}');
      try {
        template.render((name) => (name === 'x' ? value : undefined));
      } catch (error) {
        assert.ok(error instanceof VtlFailure, `${text}: ${String(error)}`);
      }
    }),
    { numRuns: 3000 },
  );
});

test('A text without a sign of the language stays as it is', () => {
  check(
    property(string({ unit: 'grapheme' }), (text) => {
      const plain = text.replaceAll(/[#$\\]/g, '');
      assert.equal(
        compileTemplate(plain).render(() => undefined),
        plain,
      );
      assert.equal(
        compileTemplate(`#[[${text.replaceAll(']]#', '')}]]#`).render(() => undefined),
        text.replaceAll(']]#', ''),
      );
    }),
  );
});

test('JSON is read as JSON.parse reads it, and refused where it refuses', () => {
  check(
    property(jsonValue({ maxDepth: 5 }), (value) => {
      assert.deepEqual(JSON.parse(printJson(readJson(JSON.stringify(value)))), JSON.parse(JSON.stringify(value)));
    }),
  );
  const token = constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', '-0.5e3', 'true', 'null', ' ', '"', '\\', 'x', '.', '\n');
  check(
    property(
      array(token, { maxLength: 12 }).map((parts) => parts.join('')),
      (text) => {
        let expected: string | undefined;
        try {
          expected = JSON.stringify(JSON.parse(text));
        } catch {
          assert.throws(() => readJson(text), JsonProblem, text);
          return;
        }
        assert.equal(JSON.stringify(JSON.parse(printJson(readJson(text)))), expected, text);
      },
    ),
    { numRuns: 3000 },
  );
});

test('A JSONPath finds something, finds nothing, or is refused', () => {
  const piece = constantFrom(
    '$',
    '.',
    '..',
    '*',
    '[',
    ']',
    "['",
    "']",
    'y',
    'n',
    '0',
    '-1',
    ':',
    ',',
    '?(',
    '@',
    ')',
    '==',
    "'a'",
    '!',
    '&&',
    '.length()',
    ' ',
    '1',
  );
  check(
    property(
      array(piece, { maxLength: 10 }).map((parts) => parts.join('')),
      (path) => {
        try {
          compileJsonPath(path)(root);
        } catch (error) {
          assert.ok(error instanceof JsonPathProblem || error instanceof VtlFailure, `${path}: ${String(error)}`);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
