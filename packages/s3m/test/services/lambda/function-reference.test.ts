import assert from 'node:assert/strict';
import test from 'node:test';
import { findFunction, parseFunctionReference } from '../../../src/services/lambda/function-reference.ts';
import { fakeAccount } from '../fake-account.ts';

test('a function is named by name, partial ARN or ARN, with or without qualifier', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  for (const reference of ['f', 'function:f', '000000000000:function:f', arn]) {
    assert.deepEqual(parseFunctionReference(reference), { name: 'f' }, reference);
    assert.deepEqual(parseFunctionReference(`${reference}:live`), { name: 'f', qualifier: 'live' }, reference);
  }
});

test('a function that is not there is a failure of the property that names it', async () => {
  await using account = await fakeAccount();
  assert.throws(() => findFunction(account, 'f', 'FunctionName'), {
    message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:f',
    property: 'FunctionName',
  });
});
