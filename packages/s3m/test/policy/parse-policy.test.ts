import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePolicy } from '../../src/policy/parse-policy.ts';

const statement = { Effect: 'Allow', Action: 'a', Resource: 'r' };
const policy = (Statement: unknown): unknown => ({ Version: '2012-10-17', Statement });

test('Statement, Action and Resource may be one or a list (AG-158)', () => {
  const { statements } = parsePolicy(policy({ ...statement, Action: ['A', 'b'], Resource: ['r', 's'] }));
  assert.equal(statements.length, 1);
  assert.deepEqual(statements[0]!.actions.patterns, ['a', 'b']);
  assert.deepEqual(statements[0]!.resources!.patterns, ['r', 's']);
});

test('Effect may be in lower case (AG-906)', () => {
  assert.deepEqual(
    ['allow', 'DENY', 'Allow'].map((Effect) => parsePolicy(policy({ ...statement, Effect })).statements[0]!.effect),
    ['Allow', 'Deny', 'Allow'],
  );
});

test('A document that is no policy is refused with what is wrong and where', () => {
  const cases: [unknown, string][] = [
    [undefined, 'A policy must be an object, it is missing'],
    [null, 'A policy must be an object, it is null'],
    ['text', 'A policy must be an object, it is "text"'],
    [[], 'A policy must be an object, it is []'],
    [{ Version: '2012-10-17' }, 'Statement is missing'],
    [{ Version: 'today', Statement: [] }, 'Version must be "2012-10-17" or "2008-10-17", it is "today"'],
    [policy(['x']), 'Statement[0] must be an object, it is "x"'],
    [policy([statement, { ...statement, Effect: 'Maybe' }]), 'Statement[1].Effect must be "Allow" or "Deny", it is "Maybe"'],
    [policy([{ Action: 'a', Resource: 'r' }]), 'Statement[0].Effect must be "Allow" or "Deny", it is missing'],
    [policy([{ Effect: 'Allow', Resource: 'r' }]), 'Statement[0] has neither Action nor NotAction'],
    [policy([{ ...statement, NotAction: 'b' }]), 'Statement[0] has both Action and NotAction'],
    [policy([{ ...statement, Resource: ['r', 7] }]), 'Statement[0].Resource[1] must be a string, it is 7'],
    [policy([{ ...statement, Actions: 'x' }]), 'Statement[0].Actions is no element of a statement'],
    [policy([{ ...statement, Condition: [] }]), 'Statement[0].Condition must be an object of operators'],
    [policy([{ ...statement, Condition: { Bool: 'x' } }]), 'Statement[0].Condition.Bool must be an object of condition keys'],
    [policy([{ ...statement, Principal: { Nobody: 'x' } }]), 'Statement[0].Principal.Nobody is no kind of principal'],
  ];
  for (const [document, message] of cases) assert.throws(() => parsePolicy(document), { name: 'PolicySyntaxError', message });
});
