import assert from 'node:assert/strict';
import test from 'node:test';
import { VtlFailure } from '../../src/vtl/vtl-problem.ts';
import { render } from './render.ts';

test('Methods of texts', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['$s.length()', '13'],
    ['$s.substring(1, 4)', 'a/b'],
    ['$s.substring(11)', 'it'],
    ['$s.indexOf("b")', '3'],
    ['$s.indexOf("/", 3)', '4'],
    ['$s.lastIndexOf("/")', '4'],
    ['$s.replace("/", ".")', '-a.b.c=Bob it'],
    ['$s.replaceAll("[a-c]", "<$0>")', '-<a>/<b>/<c>=Bo<b> it'],
    ['$s.replaceFirst("/", "")', '-ab/c=Bob it'],
    ['$s.split("/").size()', '3'],
    ['$s.toUpperCase()', '-A/B/C=BOB IT'],
    ['$s.startsWith("-a")$s.endsWith("x")$s.contains("b/c")$s.matches("-.*t")$s.matches("a")', 'truefalsetruetruefalse'],
    ['$s.equalsIgnoreCase("-A/B/C=bob IT")$s.isEmpty()', 'truefalse'],
    ['$s.charAt(1)$s.concat("!")', 'a-a/b/c=Bob it!'],
    ['"$s.trim()"', '"-a/b/c=Bob it"'],
    ['$s.hashCode()', String([...'-a/b/c=Bob it'].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) | 0, 0))],
  ];
  for (const [template, expected] of cases) {
    assert.equal(render(template, '{"s": "-a/b/c=Bob it"}'), expected, template);
  }
  assert.equal(render('$s.length() $s.substring(2)', '{"s": "abcd"}'), '4 cd');
});

test('split as Java does it: empty ends are dropped, a limit keeps them', () => {
  assert.equal(render('$s.split(",").size() $s.split(",", -1).size() $s.split(",", 2)', '{"s": ",a,b,,"}'), '3 5 [, a,b,,]');
  assert.equal(render('$s.split("")', '{"s": "abc"}'), '[a, b, c]');
});

test('The quotes of escapeJavaScript are taken out with a pattern of two backslashes, as AWS documents', () => {
  assert.equal(render(`$s.replaceAll("\\\\'","'")`, String.raw`{"s": "it\\'s"}`), "it's");
});

test('Methods of lists and maps', () => {
  assert.equal(
    render('#set($l = [])$l.add("a")#set($_ = $l.add("b"))$l.size()$l.contains("b")$l.get(1)$l.indexOf("a")$l.isEmpty()$l.remove(0)$l'),
    'true2trueb0falsea[b]',
  );
  assert.equal(
    render(
      '#set($m = {})#set($_ = $m.put("a", 1))$!m.put("b", 2)$m.put("b", 3)$m.containsKey("a")$m.size()$m.values()$m.keySet()$m.getOrDefault("z", 9)$m.remove("a")$m',
    ),
    '2true2[1, 3][a, b]91{b=3}',
    'put answers what was there before (AG-357)',
  );
  assert.equal(render('[$m.constructor][$m.get("__proto__")][$m.toString.name][$m.constructor()]', '{"m": {}}'), '[][][][]');
});

test('Methods of numbers', () => {
  assert.equal(render('#set($i = 0)$i.parseInt("42")#set($d = 2.7)-$d.intValue()-$i.toString().length()'), '42-2-1');
});

test('An index out of bounds, a number that is none and a pattern that is none fail the template', () => {
  for (const template of [
    '$l[3]',
    '$l.get(3)',
    '$s.substring(9)',
    '#set($i = 0)$i.parseInt("x")',
    '$s.replaceAll("(", "")',
    '$s.replaceAll("a", "$9")',
  ]) {
    assert.throws(() => render(template, '{"l": [1], "s": "abc"}'), VtlFailure, template);
  }
});
