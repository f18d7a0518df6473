import assert from 'node:assert/strict';
import test from 'node:test';
import { render } from './render.ts';

test('A directive takes the end of its line along, #set the blanks before it as well', () => {
  assert.equal(render('#if(true)\nyes\n#else\nno\n#end\nafter'), 'yes\nafter');
  assert.equal(render('#set($x = 1)  \n  #set($y = 2)\n  $x$y\n'), '  12\n');
  assert.equal(render('a\n  #set($x = 1)\nb'), 'a\n  b', 'blanks after other text stay');
  assert.equal(render('#if(true)\n    #set($x = 1)\n#end\n$x'), '1');
  assert.equal(render('  #if(true) \t\r\n  x\r\n  #end\r\ny'), '    x\r\n  y');
  assert.equal(render('#foreach($i in [1, 2])\n$i,\n#end'), '1,\n2,\n');
});

test('Comments and what is not to be parsed', () => {
  assert.equal(render('a ## $x #if\nb#* $x\n #end *#c#[[ $x #if ]]#d'), 'a bc $x #if d');
});

test('#if takes the first branch that is true; an empty text is true, as in Velocity 1.7', () => {
  const template = '#if($a)a#elseif($b == 1)b#{else}c#end';
  assert.equal(render(template, '{"a": ""}'), 'a');
  assert.equal(render(template, '{"a": false, "b": 1}'), 'b');
  assert.equal(render(template), 'c');
  assert.equal(render('#if($a)#end.#if(false)x#end'), '.');
});

test('#foreach counts, knows whether there is more, and gives names back afterwards (AG-357)', () => {
  assert.equal(
    render(
      '#set($x = "o")#foreach($x in $l)$velocityCount/$foreach.index/$foreach.count=$x#if($foreach.hasNext), #end#end $x$velocityCount',
      '{"l": ["a", "b"]}',
    ),
    '1/0/1=a, 2/1/2=b o',
  );
  assert.equal(
    render(
      '#foreach($v in $m)$v#end#foreach($k in $m.keySet())$k#end#foreach($e in $m.entrySet())$e.key=$e.value;#end',
      '{"m": {"b": 1, "a": 2}}',
    ),
    '12bab=1;a=2;',
  );
  assert.equal(
    render('#foreach($i in [1..3])#foreach($j in [3..$i])$i$j#if($foreach.parent.first)!#end #end#end'),
    '13! 12! 11! 23 22 33 ',
  );
  assert.equal(render('#foreach($x in $nothing)a#end#foreach($x in "text")b#end.'), '.');
});

test('#break leaves the loop, #stop the template', () => {
  assert.equal(render('#foreach($i in [1..5])#if($i == 3)#break#end$i#end after'), '12 after');
  assert.equal(render('a#foreach($i in [1..5])$i#if($i == 2)#stop#end#end after'), 'a12');
});

test('A loop runs 1,000 times at most (AG-356)', () => {
  assert.equal(render('#foreach($i in [1..1500])#set($last = $i)#end$last'), '1000');
});

test('#define is rendered where it is used', () => {
  assert.equal(render('#define($row)<$x>#end#set($x = 1)$row#set($x = 2)$row'), '<1><2>');
});
