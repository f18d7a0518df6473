import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parameter } from '../../../src/services/ssm/parameter.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

describe('AWS::SSM::Parameter', () => {
  it('answers its name for Ref, and its value, also after an update', async () => {
    await using account = await fakeAccount();
    const at = (Value: string): ReturnType<typeof createContext> =>
      createContext(account, parameter, { logicalId: 'Limit', properties: { Name: '/team/limit', Type: 'String', Value } });
    const created = await parameter.create(at('7'));
    assert.equal(created.ref, '/team/limit');
    assert.deepEqual(created.attributes, {
      Arn: 'arn:aws:ssm:us-east-1:000000000000:parameter/team/limit',
      Type: 'String',
      Value: '7',
    });
    assert.equal((await created.update!(at('8'))).attributes['Value'], '8');
  });
});
