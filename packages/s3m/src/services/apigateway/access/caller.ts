import type { CredentialsOwner } from '../../../capabilities/credentials.ts';

/** Who signed a request. */
export interface Caller extends CredentialsOwner {
  readonly accessKeyId: string;
}
