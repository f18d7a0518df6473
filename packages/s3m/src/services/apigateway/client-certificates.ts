import { AccountRegister } from '../../capabilities/account-register.ts';
import type { Directory } from '../../capabilities/directory.ts';
import type { ClientCertificate } from '../../gateway/backend-tls.ts';

/** By id. */
const certificates = new AccountRegister<ClientCertificate>();

/** Lets stages find the certificate. Answers what takes it away again. */
export function registerClientCertificate(directory: Directory, certificate: ClientCertificate): () => void {
  return certificates.add(directory, certificate.id, certificate);
}

export function findClientCertificate(directory: Directory, id: string): ClientCertificate | undefined {
  return certificates.find(directory, id);
}
