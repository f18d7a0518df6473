import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CredentialsOwner } from '../../capabilities/credentials.ts';
import { TokenBucket } from '../../gateway/token-bucket.ts';
import type { Account } from '../account.ts';

/** ECR-004 */
const lifetimeMs = 12 * 3_600_000;

/** A password for `docker login`. */
export interface AuthorizationToken {
  readonly password: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Passwords of the user `AWS`. Each says for whom it is and until when, and is signed with a key that stays with the images: the developer's
 * own still counts after a restart, as it would on AWS; a role's session does not outlive the engine.
 */
export class AuthorizationTokens {
  readonly #account: Account;
  readonly #key: Buffer;
  readonly #asked: TokenBucket;
  readonly #owners = new Map<string, { readonly owner: CredentialsOwner; readonly expiresAt: number }>();

  constructor(account: Account, directory: string) {
    this.#account = account;
    this.#asked = new TokenBucket({ rate: 20, burst: 200 }, account.clock.now());
    this.#key = readKey(directory);
  }

  /** Whether GetAuthorizationToken may be called once more: 20 times a second, 200 at once (ECR-017). */
  mayAsk(): boolean {
    return this.#asked.take(this.#account.clock.now());
  }

  issue(owner: CredentialsOwner): AuthorizationToken {
    const now = this.#account.clock.now();
    for (const [id, { expiresAt }] of this.#owners) if (expiresAt <= now) this.#owners.delete(id);
    const expiresAt = now + lifetimeMs;
    const id = randomBytes(9).toString('base64url');
    this.#owners.set(id, { owner, expiresAt });
    const payload = Buffer.from(JSON.stringify({ id, principal: owner.arn, expiration: expiresAt })).toString('base64url');
    return { password: `${payload}.${this.#sign(payload)}`, expiresAt };
  }

  /** Whose password it is; `expired` when it was good once, undefined when it never was. */
  ownerOf(password: string): CredentialsOwner | 'expired' | undefined {
    const [payload = '', signature = '', ...more] = password.split('.');
    const expected = Buffer.from(this.#sign(payload));
    const given = Buffer.from(signature);
    if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const { id, principal, expiration } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      readonly id: string;
      readonly principal: string;
      readonly expiration: number;
    };
    if (expiration <= this.#account.clock.now()) return 'expired';
    return this.#owners.get(id)?.owner ?? this.#administrator(principal) ?? 'expired';
  }

  #administrator(arn: string): CredentialsOwner | undefined {
    const found = this.#account.directory.list('credentials').find(([, { owner }]) => owner.administrator === true && owner.arn === arn);
    return found?.[1].owner;
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#key).update(payload).digest('base64url');
  }
}

function readKey(directory: string): Buffer {
  const file = join(directory, 'token-key');
  try {
    const key = readFileSync(file);
    if (key.length === 32) return key;
  } catch {
    // There is none yet.
  }
  const key = randomBytes(32);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
