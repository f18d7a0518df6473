import assert from 'node:assert/strict';
import test from 'node:test';
import { render } from './render.ts';

test('Maps print as Java does, lists out of JSON as JSON, at any depth (AG-350)', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"foo": "bar"}', '{foo=bar}'],
    ['[{"foo": "bar"}]', '[{"foo":"bar"}]'],
    ['{"foo": [{"nested": "bar"}]}', '{foo=[{"nested":"bar"}]}'],
    ['{"bigger": "dict", "to": "test", "with": "separators"}', '{bigger=dict, to=test, with=separators}'],
    ['{"a": null, "2": true, "1": 1.50, "e": 0.00001}', '{1=1.5, 2=true, a=null, e=1.0E-5}'],
  ];
  for (const [value, printed] of cases) {
    assert.equal(render('$v', `{"v": ${value}}`), printed);
    assert.equal(render('$v.toString()', `{"v": ${value}}`), printed);
  }
  assert.equal(render('#set($l = [1, "a", {"k": [true]}])$l'), '[1, a, {k=[true]}]');
});

test('What is undefined or null prints nothing, and equals null and the empty text (AG-351, AG-909)', () => {
  const template = '$x|$!x|${x.y}|#if($x == $null)1#end#if($x == "")2#end#if($x)3#end';
  assert.equal(render(template), '|||12');
  assert.equal(render(template, '{"x": null}'), '|||12');
  assert.equal(render('#if($x == "")1#else[]#end', '{"x": []}'), '[]');
});

test('Properties, methods and indices, in any order; $ and # that begin nothing are text', () => {
  const value = '{"v": {"a-b": {"c": [10, [20, 30]]}, "s": "x y"}}';
  assert.equal(
    render('$v.a-b.c[1][0] ${v.a-b.c.get(0)}0 $v["s"].split(" ")[1] $v.a-b.c[-1].size() $v.s.length().', value),
    '20 100 y 2 3.',
  );
  assert.equal(render('$5 $ $. #fff #foo #foo($v) $$v.s {$v.s} $v.s!', value), '$5 $ $. #fff #foo #foo($v) $x y {x y} x y!');
  assert.equal(render('$v.nothing.more $v.s.nothing() $v.s.length', value), '  ');
});

test('Backslashes take the meaning away from references and known directives only', () => {
  assert.equal(render('\\$x \\\\$x \\\\\\$x \\#if \\#foo \\ a\\b "\\"', '{"x": 1}'), '$x \\1 \\$x #if \\#foo \\ a\\b "\\"');
  assert.equal(render('\\${x} \\$!x', '{"x": 1}'), '${x} $!x');
});

test('Texts in double quotes are templates, in single quotes they are not', () => {
  assert.equal(render('#set($y = "a${x}b#if(true)c#end")$y', '{"x": 1}'), 'a1bc');
  assert.equal(render("#set($y = 'a${x}b')$y", '{"x": 1}'), 'a${x}b');
  assert.equal(render('#set($y = "say \\"hi\\" $x")$y', '{"x": 1}'), 'say \\"hi\\" 1');
  assert.equal(render('#set($y = "$.a \\u0041")$y #set($z = "\\u0041")$z'), '$.a AA');
});

test('#set changes variables, members of maps and elements of lists; null leaves what was there', () => {
  assert.equal(render('#set($v.a.b = 1)#set($v.a["c"] = 2)#set($v.l[0] = 3)$v', '{"v": {"a": {}, "l": [0]}}'), '{a={b=1, c=2}, l=[3]}');
  assert.equal(render('#set($x = 1)#set($x = $nothing)$x#set($nothing.y = 1)$nothing'), '1');
});
