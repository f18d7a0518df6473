import assert from 'node:assert/strict';
import test from 'node:test';
import { compileTemplate } from '../../src/vtl/compile-template.ts';
import { VtlFailure, VtlSyntaxProblem } from '../../src/vtl/vtl-problem.ts';
import { render } from './render.ts';

test('Templates that would run or grow without end are ended', () => {
  const loop = '#foreach($i in [1..1000])';
  const templates = [
    `${loop}${loop}${loop}x#end#end#end`,
    `#set($s = "xxxxxxxxxx")${loop}#set($s = "$s$s")#end`,
    `#set($s = "xxxxxxxxxx")${loop}#set($s = $s + $s)#end`,
    `#set($s = "xxxxxxxxxx")${loop}#set($s = $s.replace("x", $s))#end`,
    `#set($n = 3)${loop}#set($n = $n * $n)#end`,
    `#set($l = [1])${loop}#set($_ = $l.addAll($l))#end`,
    `#set($l = [1])${loop}#set($l = [$l, $l])#end$l`,
    `#set($l = [1])#set($m = [1])#foreach($i in [1..60])#set($l = [$l, $l])#set($m = [$m, $m])#end#if($l == $m)x#end`,
    '#set($m = {})#set($m.self = $m)$m',
    '#define($d)$d#end$d',
    '#foreach($i in [1..1000000000])x#end',
  ];
  for (const template of templates) {
    const began = performance.now();
    assert.throws(() => render(template), VtlFailure, template);
    assert.ok(performance.now() - began < 5000, template);
  }
});

test('A pattern that backtracks without end is stopped', () => {
  assert.throws(() => render('$s.matches("(a+)+b")', JSON.stringify({ s: 'a'.repeat(64) })), VtlFailure);
});

test('What is no VTL is told with its place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['a\n#if($x', /line 2, column 7: \) expected/],
    ['#if(true)x', /#end expected for #if/],
    ['x#end', /#end without a directive/],
    ['${x y}', /} expected/],
    ['#set($x = null)', /a value expected, not n/],
    ['#set(x = 1)', /a reference expected/],
    ['$x.get(1 + 1)', /, or \) expected/],
    ['#foreach($x of $y)#end', /\$item in \$list expected/],
    ['#set($x = "a)', /no closing "/],
    ['#* x', /\*# expected/],
    [`#set($x = ${'('.repeat(300)}1)`, /nested more than/],
    [`#set($x = ${'!'.repeat(100_000)}1)`, /nested more than/],
    ['#if(true)'.repeat(1000), /nested more than/],
  ];
  for (const [template, message] of cases) {
    assert.throws(
      () => compileTemplate(template),
      (error) => error instanceof VtlSyntaxProblem && error.kind === 'invalid' && message.test(error.message),
      template,
    );
  }
});

test('Directives of Velocity that are not simulated are told as such', () => {
  for (const template of ['#macro(x)a#end', '#parse("x")', '#include("x")', '#evaluate("x")', '#@x()a#end']) {
    assert.throws(
      () => compileTemplate(template),
      (error) => error instanceof VtlSyntaxProblem && error.kind === 'unsupported',
      template,
    );
  }
});
