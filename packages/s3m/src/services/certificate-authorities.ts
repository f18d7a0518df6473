import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateAuthority } from '../capabilities/certificate.ts';
import type { Account } from './account.ts';

/** Stands for the authority of public certificates; others are named by the ARN of a private one. */
export const publicAuthority = 'amazon';

/** The authority of this name, made when somebody first wants a certificate of it. Only the public one is written down for clients to trust. */
export async function findAuthority(account: Account, id: string): Promise<CertificateAuthority> {
  const { LocalAuthority } = await import('../x509/local-authority.ts');
  const known = account.directory.find('certificateAuthority', id);
  if (known !== undefined) return known;
  const isPublic = id === publicAuthority;
  const authority = new LocalAuthority(isPublic ? 'S3M local certificate authority' : 'S3M local private certificate authority', () =>
    account.clock.now(),
  );
  account.directory.provide('certificateAuthority', id, authority);
  // For `curl --cacert` and NODE_EXTRA_CA_CERTS. Its key is in no file.
  if (isPublic) writeFileSync(join(account.stateDirectory, 'certificate-authority.pem'), authority.certificate);
  return authority;
}
