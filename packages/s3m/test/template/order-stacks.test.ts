import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderStacks } from '../../src/template/order-stacks.ts';
import { evaluate, messagesOf, stackOf } from './evaluate-fixture.ts';

const exporter = (name: string, exported: string) =>
  evaluate({ Resources: { A: { Type: 'T' } }, Outputs: { O: { Value: { Ref: 'A' }, Export: { Name: exported } } } }, { name });
const importer = (name: string, imported: string) =>
  evaluate({ Resources: { A: { Type: 'T', Properties: { X: { 'Fn::ImportValue': imported } } } } }, { name });
const names = (evaluations: ReturnType<typeof orderStacks>) => evaluations.map(({ stack }) => stack.name);

test('An exporting stack comes before those that import from it', () => {
  assert.deepEqual(names(orderStacks([importer('B', 'x'), exporter('A', 'x')])), ['A', 'B']);
});

test('The dependencies of the assembly are kept, and those outside it ignored', () => {
  const stack = { ...stackOf({ Resources: { A: { Type: 'T' } } }, 'First'), dependencies: ['Last', 'Elsewhere'] };
  assert.deepEqual(names(orderStacks([evaluate({}, { stack }), exporter('Last', 'y')])), ['Last', 'First']);
});

test('An import that nobody exports is refused', () => {
  assert.deepEqual(
    messagesOf(() => orderStacks([importer('B', 'x'), exporter('A', 'y')])),
    ['No export named x found'],
  );
  assert.deepEqual(names(orderStacks([importer('B', 'x')], new Set(['x']))), ['B']);
});

test('An export name belongs to one stack', () => {
  assert.deepEqual(
    messagesOf(() => orderStacks([exporter('A', 'x'), exporter('B', 'x')])),
    ['Export with name x is already exported by stack A'],
  );
});

test('Stacks that need each other are refused', () => {
  const both = (name: string, exported: string, imported: string) =>
    evaluate(
      {
        Resources: { A: { Type: 'T', Properties: { X: { 'Fn::ImportValue': imported } } } },
        Outputs: { O: { Value: 'v', Export: { Name: exported } } },
      },
      { name },
    );
  assert.deepEqual(
    messagesOf(() => orderStacks([both('A', 'a', 'b'), both('B', 'b', 'a')])),
    ['Circular dependency between stacks: [A, B]'],
  );
});
