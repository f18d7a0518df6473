import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Account } from '../../../src/services/account.ts';

/** By pool: made once in a test run, as making them takes long. */
const made = new Map<string, Promise<{ readonly id: JWK; readonly access: JWK }>>();

/** Lets a pool find keys of an earlier start; pools named differently have different ones. */
export async function keepKeys({ stateDirectory }: Account, poolId: string, name: string): Promise<void> {
  let keys = made.get(name);
  if (keys === undefined) made.set(name, (keys = makeKeys()));
  mkdirSync(join(stateDirectory, 'cognito'), { recursive: true });
  writeFileSync(join(stateDirectory, 'cognito', `${poolId}.json`), JSON.stringify(await keys));
}

async function makeKeys(): Promise<{ readonly id: JWK; readonly access: JWK }> {
  const [id, access] = await Promise.all([makeKey(), makeKey()]);
  return { id, access };
}

async function makeKey(): Promise<JWK> {
  return await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey);
}
