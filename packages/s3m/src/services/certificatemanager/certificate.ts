import type { CertificateMaterial } from '../../capabilities/certificate.ts';
import { keyAlgorithms } from '../../x509/key-algorithm.ts';
import { findAuthority, publicAuthority } from '../certificate-authorities.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

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
  const authorityId = read.optionalString('CertificateAuthorityArn') ?? publicAuthority;
  const issue = async (names: readonly string[]): Promise<CertificateMaterial> =>
    (await findAuthority(account, authorityId)).issue(names, algorithm);
  let made: Promise<CertificateMaterial> | undefined;
  let local: Promise<CertificateMaterial> | undefined;
  const withdraw = account.directory.provide('certificate', arn, {
    arn,
    domainNames,
    material: () => (made ??= issue(domainNames)),
    localMaterial: () => (local ??= issue([...domainNames, 'localhost', '127.0.0.1'])),
  });
  const resource: Resource = {
    ref: arn,
    attributes: {},
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(withdraw()),
  };
  return resource;
}
