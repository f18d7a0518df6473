import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

const noTls = 'what answers here answers on http://127.0.0.1, without TLS';

/** A certificate for a domain of one's own. */
export const certificate: ResourceType = {
  type: 'AWS::CertificateManager::Certificate',
  scope: { inert: noTls },
  properties: {
    CertificateAuthorityArn: { inert: noTls },
    CertificateExport: { inert: noTls },
    CertificateTransparencyLoggingPreference: { inert: noTls },
    DomainName: { inert: noTls },
    DomainValidationOptions: { inert: noTls },
    KeyAlgorithm: { inert: noTls },
    SubjectAlternativeNames: { inert: noTls },
    Tags: { inert: 'tags have no effect' },
    ValidationMethod: { inert: noTls },
  },
  required: ['DomainName'],
  attributes: [],
  create,
};

async function create({ account, physicalId }: ResourceContext): Promise<Resource> {
  const id = physicalId(32, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const resource: Resource = {
    ref: `arn:${account.partition}:acm:${account.region}:${account.id}:certificate/${id}`,
    attributes: {},
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(),
  };
  return resource;
}
