import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as client from '@aws-sdk/client-secrets-manager';
import { secretResourcePolicy } from '../../../src/services/secretsmanager/resource-policy.ts';
import { secret } from '../../../src/services/secretsmanager/secret.ts';
import { serveSecretsManager } from '../../../src/services/secretsmanager/serve-secrets-manager.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

const App = 'arn:aws:iam::000000000000:role/App';

function policy(Effect: 'Allow' | 'Deny', Principal: unknown = { AWS: App }): Properties {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect, Principal: Principal as string, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  };
}

async function open(): Promise<{
  readonly account: FakeAccount;
  readonly api: client.SecretsManagerClient;
  readonly stored: Resource;
  put(properties?: Properties): Promise<Resource>;
}> {
  const account = await fakeAccount({ sockets: true, caller: roleCaller('App') });
  account.endpoint.handle('secretsmanager', serveSecretsManager(account));
  provideRole(account, 'App', []);
  const stored = await secret.create(createContext(account, secret, { logicalId: 'S', properties: { Name: 's', SecretString: 'one' } }));
  return {
    account,
    api: clientOf(account, client.SecretsManagerClient),
    stored,
    put: (properties = {}) =>
      secretResourcePolicy.create(
        createContext(account, secretResourcePolicy, {
          logicalId: 'Policy',
          properties: { SecretId: stored.ref, ResourcePolicy: policy('Allow'), ...properties },
        }),
      ),
  };
}

const read = async (api: client.SecretsManagerClient): Promise<string | undefined> =>
  (await api.send(new client.GetSecretValueCommand({ SecretId: 's' }))).SecretString;

describe('AWS::SecretsManager::ResourcePolicy', () => {
  it('lets in whom it names, and no longer once it is gone (IAM-002)', async () => {
    const { account, api, put, stored } = await open();
    await using _ = account;
    assert.equal((await failureOf(read(api)))[0], 'AccessDeniedException');
    const created = await put();
    assert.equal(created.ref, stored.ref);
    assert.equal(await read(api), 'one');
    await created.delete();
    assert.equal((await failureOf(read(api)))[0], 'AccessDeniedException');
  });

  it("counts before the caller's own policies when it denies, and from its update on (IAM-001)", async () => {
    const { account, api, put, stored } = await open();
    await using _ = account;
    const created = await put();
    await created.update!(
      createContext(account, secretResourcePolicy, {
        logicalId: 'Policy',
        properties: { SecretId: stored.ref, ResourcePolicy: policy('Deny') },
      }),
    );
    assert.match((await failureOf(read(api)))[1], /with an explicit deny in a resource-based policy$/);
  });

  it('is refused for a secret that is not there, for a second policy, for no policy, and for one for everybody when that is blocked', async () => {
    const { account, put } = await open();
    await using _ = account;
    await assert.rejects(put({ SecretId: 'nosuch' }), { message: "Secrets Manager can't find the specified secret." });
    await assert.rejects(put({ ResourcePolicy: policy('Allow', '*'), BlockPublicPolicy: true }), {
      message: "You can't attach a resource policy that allows broad access to the secret.",
    });
    await put();
    await assert.rejects(put(), { message: 'The secret s has a resource policy already.' });
    const findings = secretResourcePolicy.check!({ SecretId: 's', ResourcePolicy: { Statement: [{ Effect: 'Perhaps' }] } }, {});
    assert.deepEqual(
      findings.map(({ property, kind }) => [property, kind]),
      [['ResourcePolicy', 'invalid']],
    );
  });
});
