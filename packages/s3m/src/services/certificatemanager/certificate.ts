import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateMaterial } from '../../capabilities/certificate.ts';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { keyAlgorithms, type KeyAlgorithm } from './key-algorithm.ts';
import type { LocalAuthority } from './local-authority.ts';

const notValidated = 'nothing is validated: the certificate is one of an authority of this engine';

/** `AWS::CertificateManager::Certificate`: made when a listener first wants it, by an authority that API Gateway's integrations trust here. */
export const certificate: ResourceType = {
  type: 'AWS::CertificateManager::Certificate',
  scope: 'simulated',
  properties: {
    CertificateAuthorityArn: 'simulated',
    CertificateExport: { inert: 'nothing exports it' },
    CertificateTransparencyLoggingPreference: { inert: 'nothing is logged in public' },
    DomainName: 'simulated',
    DomainValidationOptions: { inert: notValidated },
    KeyAlgorithm: 'simulated',
    SubjectAlternativeNames: 'simulated',
    Tags: { inert: 'tags have no effect' },
    ValidationMethod: { inert: notValidated },
  },
  required: ['DomainName'],
  attributes: [],
  replacedBy: ['CertificateAuthorityArn', 'DomainName', 'KeyAlgorithm', 'SubjectAlternativeNames'],
  create,
};

async function create({ account, properties, physicalId }: ResourceContext): Promise<Resource> {
  const id = physicalId(32, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const arn = `arn:${account.partition}:acm:${account.region}:${account.id}:certificate/${id}`;
  const read = new PropertyReader(properties);
  const domainNames = [...new Set([read.string('DomainName'), ...read.strings('SubjectAlternativeNames')])];
  const algorithm = read.oneOf('KeyAlgorithm', keyAlgorithms, 'RSA_2048');
  const authorityId = read.optionalString('CertificateAuthorityArn') ?? 'amazon';
  let made: Promise<CertificateMaterial> | undefined;
  const withdraw = account.directory.provide('certificate', arn, {
    arn,
    domainNames,
    material: () => (made ??= make(account, authorityId, domainNames, algorithm)),
  });
  const resource: Resource = {
    ref: arn,
    attributes: {},
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(withdraw()),
  };
  return resource;
}

async function make(
  account: Account,
  authorityId: string,
  names: readonly string[],
  algorithm: KeyAlgorithm,
): Promise<CertificateMaterial> {
  const { LocalAuthority: Authority } = await import('./local-authority.ts');
  let authority = account.directory.find('certificateAuthority', authorityId) as LocalAuthority | undefined;
  if (authority === undefined) {
    const local = authorityId === 'amazon';
    authority = new Authority(local ? 'S3M local certificate authority' : 'S3M local private certificate authority', () =>
      account.clock.now(),
    );
    account.directory.provide('certificateAuthority', authorityId, authority);
    // For `curl --cacert` and NODE_EXTRA_CA_CERTS. Its key is in no file.
    if (local) writeFileSync(join(account.stateDirectory, 'certificate-authority.pem'), authority.certificate);
  }
  return authority.issue(names, algorithm);
}
