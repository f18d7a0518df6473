import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { IssuerKeys, IssuerUnreachable } from '../../src/gateway/issuer-keys.ts';

test('Made-up key ids make no flood of fetches, also while the issuer does not answer (AG-566)', async () => {
  const clock = new VirtualClock();
  let fetches = 0;
  let down = false;
  const keys = new IssuerKeys('https://issuer.example', clock, ({ pathname }) => {
    fetches++;
    if (down) return Promise.reject(new Error('no answer'));
    return Promise.resolve(pathname.endsWith('jwks') ? '{"keys":[]}' : '{"jwks_uri":"https://issuer.example/jwks"}');
  });
  assert.equal(await keys.find('a'), undefined);
  assert.equal(fetches, 2);
  await clock.advance(60_000);
  down = true;
  await assert.rejects(keys.find('b'), IssuerUnreachable);
  for (let id = 0; id < 10; id++) assert.equal(await keys.find(`made up ${id}`), undefined);
  assert.equal(fetches, 3);
});

test("A foreign issuer's document leads nowhere on this machine", async () => {
  const asked: string[] = [];
  const fetch = (url: URL): Promise<string> => {
    asked.push(url.href);
    return Promise.resolve('{"jwks_uri":"http://127.0.0.1:4566/"}');
  };
  await assert.rejects(new IssuerKeys('https://issuer.example', new VirtualClock(), fetch).find('a'), IssuerUnreachable);
  assert.deepEqual(asked, ['https://issuer.example/.well-known/openid-configuration']);
});
