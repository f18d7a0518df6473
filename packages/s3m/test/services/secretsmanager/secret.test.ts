import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findSecret } from '../../../src/services/stored-values.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { generatePassword } from '../../../src/services/secretsmanager/generate-password.ts';
import { secret } from '../../../src/services/secretsmanager/secret.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';

const RULES = {
  length: 32,
  excludeCharacters: '',
  excludeLowercase: false,
  excludeUppercase: false,
  excludeNumbers: false,
  excludePunctuation: false,
  includeSpace: false,
  requireEachIncludedType: true,
};

function at(account: FakeAccount, properties: Properties): ReturnType<typeof createContext> {
  return createContext(account, secret, { logicalId: 'Database', properties: { Name: 'prod/db', ...properties } });
}

describe('AWS::SecretsManager::Secret', () => {
  it('answers its ARN with a suffix for Ref and Id, and is found by ARN, ARN without suffix and name', async () => {
    await using account = await fakeAccount();
    const created = await secret.create(at(account, { SecretString: 's3cret' }));
    assert.match(created.ref, /^arn:aws:secretsmanager:us-east-1:000000000000:secret:prod\/db-\w{6}$/);
    assert.deepEqual(created.attributes, { Id: created.ref });
    for (const id of [created.ref, created.ref.slice(0, -7), 'prod/db']) assert.equal(findSecret(account.directory, id)?.value(), 's3cret');
    await created.delete();
    assert.equal(findSecret(account.directory, 'prod/db'), undefined);
  });

  it('keeps the version before as AWSPREVIOUS', async () => {
    await using account = await fakeAccount();
    const created = await secret.create(at(account, { SecretString: 'old' }));
    const stored = findSecret(account.directory, created.ref)!;
    assert.equal(stored.value({ stage: 'AWSPREVIOUS' }), undefined);
    await created.update!(at(account, { SecretString: 'new' }));
    assert.equal(stored.value(), 'new');
    assert.equal(stored.value({ stage: 'AWSPREVIOUS' }), 'old');
    assert.equal(stored.value({ id: 'unknown' }), undefined);
  });

  it('puts a generated password into its template, and keeps it until its rules change', async () => {
    await using account = await fakeAccount();
    const generate = { SecretStringTemplate: '{"username":"admin"}', GenerateStringKey: 'password', PasswordLength: 20 };
    const created = await secret.create(at(account, { GenerateSecretString: generate }));
    const stored = findSecret(account.directory, created.ref)!;
    const first = stored.value()!;
    const { username, password } = JSON.parse(first) as Record<string, string>;
    assert.equal(username, 'admin');
    assert.equal(password!.length, 20);
    const same = await created.update!(at(account, { GenerateSecretString: generate, Description: 'x' }));
    assert.equal(stored.value(), first);
    await same.update!(at(account, { GenerateSecretString: { ...generate, PasswordLength: 24 } }));
    assert.notEqual(stored.value(), first);
  });

  it('refuses a second secret of the same name (IAM-040), and what contradicts itself', async () => {
    await using account = await fakeAccount();
    await secret.create(at(account, { SecretString: 'x' }));
    await assert.rejects(secret.create(at(account, {})), { message: 'The operation failed because the secret prod/db already exists.' });
    assert.equal(secret.check!({ SecretString: 'x', GenerateSecretString: {} }, {}).length, 1);
    assert.equal(secret.check!({ GenerateSecretString: { SecretStringTemplate: '{}' } }, {}).length, 1);
    assert.deepEqual(secret.check!({ GenerateSecretString: {} }, {}), []);
  });
});

describe('a generated password', () => {
  it('has one character of each kind, and none that is excluded', () => {
    for (let round = 0; round < 200; round++) {
      const password = generatePassword({ ...RULES, length: 4, excludeCharacters: '"@/\\' })!;
      assert.match(password, /[a-z]/);
      assert.match(password, /[A-Z]/);
      assert.match(password, /\d/);
      assert.match(password, /^[!-~]{4}$/);
      assert.doesNotMatch(password, /["@/\\]/);
    }
    assert.match(generatePassword({ ...RULES, excludePunctuation: true, excludeUppercase: true })!, /^[a-z0-9]{32}$/);
  });

  it('is none where the rules leave nothing', () => {
    assert.equal(generatePassword({ ...RULES, length: 3 }), undefined);
    assert.equal(
      generatePassword({ ...RULES, excludeLowercase: true, excludeUppercase: true, excludeNumbers: true, excludePunctuation: true }),
      undefined,
    );
  });
});
