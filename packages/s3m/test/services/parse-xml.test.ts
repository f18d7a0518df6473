import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, integer, property } from 'fast-check';
import { parseXml, textOf, XmlProblem } from '../../src/services/parse-xml.ts';
import { printXml } from '../../src/services/print-xml.ts';

test('elements, character data, comments, entities, prefixes and a byte order mark are read', () => {
  const { name, children } = parseXml(
    '\uFEFF<?xml version="1.0"?>\n<!-- a > b --><s3:Tag xmlns:s3="http://s3" a=\'"\'><Key>a&amp;&#x62;&#99;</Key ><Value><![CDATA[<d>]]>e</Value><Empty/></s3:Tag>\n',
  );
  assert.deepEqual(
    [name, children.map((child) => [child.name, child.text])],
    [
      'Tag',
      [
        ['Key', 'a&bc'],
        ['Value', '<d>e'],
        ['Empty', ''],
      ],
    ],
  );
});

test('what is no document, or has a type of its own, is refused', () => {
  for (const text of [
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>text',
    '<a b></a>',
    '<a>&b;</a>',
    '<a>&amp</a>',
    '<a>&#xD800;</a>',
    '<a>&#x110000;</a>',
    '<!DOCTYPE a><a/>',
    '<a><![CDATA[x</a>',
    '<a><!-- x</a>',
    '<a'.repeat(3),
    `${'<a>'.repeat(20)}${'</a>'.repeat(20)}`,
    '</a/>',
  ])
    assert.throws(() => parseXml(text), XmlProblem, text);
});

const codePoint = integer({ min: 0, max: 0x10_ff_ff }).filter((point) => point < 0xd8_00 || point > 0xdf_ff);

test('every text that is printed is read as it was', () => {
  assertProperty(
    property(array(codePoint), (points) => {
      const text = String.fromCodePoint(...points);
      assert.equal(textOf(parseXml(printXml('Root', [['Key', text]])), 'Key'), text);
    }),
  );
});

test('a megabyte of nonsense is refused at once', () => {
  const started = performance.now();
  for (const text of [
    '<a '.padEnd(1_000_000),
    `<a ${'b="c" '.repeat(150_000)}`,
    '<'.repeat(1_000_000),
    `<a>${'&'.repeat(1_000_000)}</a>`,
    `<!--${'-'.repeat(1_000_000)}`,
  ])
    assert.throws(() => parseXml(text), XmlProblem);
  assert.ok(performance.now() - started < 2000);
});
