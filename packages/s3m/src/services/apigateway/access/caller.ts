import type { CredentialsOwner } from '../../../capabilities/credentials.ts';

/** Who signed a request. */
export interface Caller extends CredentialsOwner {
  readonly accessKeyId: string;
  /** Whether its own policies allow another action on the method than to call it. */
  readonly may?: (action: string) => boolean;
}
