import { createHash, randomUUID } from 'node:crypto';
import { secretsOf } from '../../services/secretsmanager/secret-store.ts';
import { isObject, nameByLogicalId, type SeedGround, type SeedPart } from './seed-part.ts';

/** Bytes (Secrets Manager API Reference, PutSecretValue). */
const maxBytes = 65_536;

/** `secrets: {NAME: "value" or {...}}`: an object is kept as JSON; a secret that isn't there is made. Values are in no message. */
export function planSecrets({ account, resources, seed, report }: SeedGround, secrets: Readonly<Record<string, unknown>>): SeedPart[] {
  const store = secretsOf(account);
  return Object.entries(secrets).flatMap(([given, value]) => {
    const path = ['secrets', given];
    const existing = store.find(given) ?? store.find(nameByLogicalId(resources, ['AWS::SecretsManager::Secret'], given) ?? '');
    const text = isObject(value) ? JSON.stringify(value) : value;
    if (typeof text !== 'string' || text === '' || Buffer.byteLength(text) > maxBytes) {
      report(seed.problem(path, `expected a text of 1 to ${maxBytes} bytes, or an object`));
      return [];
    }
    if (existing === undefined && !/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(given)) {
      report(seed.problem(path, 'a name has letters, digits and /_+=.@-'));
      return [];
    }
    if (existing?.record.deletedAt !== undefined) {
      report(seed.problem(path, 'the secret is marked for deletion', 'Restore it first: aws secretsmanager restore-secret.'));
      return [];
    }
    return [
      {
        counts: { secrets: 1 },
        apply: async () => {
          const version = { id: randomUUID(), SecretString: text };
          await store.inTurn(existing?.name ?? given, async () => {
            if (existing !== undefined) await store.putVersion(existing, version);
            else await store.create({ arn: store.arnOf(given, suffixOf(given)), name: given, tags: {} }, version);
          });
        },
      },
    ];
  });
}

/** The six characters of an ARN, the same each time that a seed makes the secret. */
function suffixOf(name: string): string {
  return BigInt(`0x${createHash('sha256').update(name).digest('hex')}`)
    .toString(36)
    .slice(-6);
}
