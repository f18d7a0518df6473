import { generateKeyPair } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CertificateMaterial } from '../../capabilities/certificate.ts';
import { clientExtensions } from '../../x509/certificate-extensions.ts';
import { signCertificate, type DistinguishedName } from '../../x509/sign-certificate.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { registerClientCertificate } from './client-certificates.ts';

const dayMs = 86_400_000;
const validDays = 365;

/** What backends see who it is. */
const subject: DistinguishedName = [
  ['C', 'US'],
  ['ST', 'Washington'],
  ['L', 'Seattle'],
  ['O', 'Amazon'],
  ['OU', 'Amazon API Gateway'],
  ['CN', 'ApiGateway'],
];

/** What API Gateway shows to HTTPS backends that ask who it is, on the stages that name it (AG-537). Signed by itself, valid for 365 days. */
export const clientCertificate: ResourceType = {
  type: 'AWS::ApiGateway::ClientCertificate',
  scope: 'simulated',
  properties: { Description: { inert: 'text for people' }, Tags: { inert: 'tags have no effect' } },
  attributes: ['ClientCertificateId'],
  replacedBy: [],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const { account, name } = context;
  const id = context.physicalId(6, 'base36');
  const made = await make(account.clock.now());
  const withdraw = registerClientCertificate(account.directory, { id, ...made });
  // What `aws apigateway get-client-certificate` gives there. Its key is in no file.
  const file = join(account.stateDirectory, `client-certificate-${name.logicalId}.pem`);
  writeFileSync(file, made.certificate);
  account.emit({ event: 'notice', message: `Backends can trust the client certificate ${name.logicalId}: ${file}` });
  const resource: Resource = {
    ref: id,
    attributes: { ClientCertificateId: id },
    update: () => Promise.resolve(resource),
    delete: async () => {
      withdraw();
      rmSync(file, { force: true });
    },
  };
  return resource;
}

async function make(now: number): Promise<CertificateMaterial> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const certificate = signCertificate(
    { subject, issuer: subject, key: publicKey, notBefore: now - dayMs, notAfter: now + validDays * dayMs, extensions: clientExtensions() },
    privateKey,
  );
  return { certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
