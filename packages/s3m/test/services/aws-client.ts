import type { FakeAccount } from './fake-account.ts';

interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** A client of the official SDK that talks to an account's endpoint. */
export function clientOf<C>(account: FakeAccount, Client: new (settings: ClientSettings) => C): C {
  return new Client({
    endpoint: account.endpoint.url,
    region: account.region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}

/** The code and text of the error that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<readonly [code: string, message: string]> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return [error.name, error.message];
  }
  throw new Error('the call did not fail');
}
