import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { findListener } from './find-listener.ts';

/** `AWS::ElasticLoadBalancingV2::ListenerCertificate`: further certificates of a listener, shown to clients that ask for their names. */
export const listenerCertificate: ResourceType = {
  type: 'AWS::ElasticLoadBalancingV2::ListenerCertificate',
  scope: 'simulated',
  properties: { ListenerArn: 'simulated', 'Certificates.CertificateArn': 'simulated' },
  required: ['Certificates', 'ListenerArn'],
  attributes: ['Id'],
  replacedBy: ['Certificates', 'ListenerArn'],
  create,
};

async function create({ account, properties, physicalId }: ResourceContext): Promise<Resource> {
  const read = new PropertyReader(properties);
  const { listener } = findListener(account, read.string('ListenerArn'));
  if (listener.protocol !== 'TLS' && listener.protocol !== 'HTTPS') {
    throw new ResourceFailure(`A certificate cannot be specified for ${listener.protocol} listeners`, { property: 'ListenerArn' });
  }
  const { findServedCertificate } = await import('./tls/served-certificate.ts');
  const added = await Promise.all(
    read
      .objects('Certificates')
      .map((each, index) => findServedCertificate(each.string('CertificateArn'), `Certificates[${index}].CertificateArn`, account)),
  );
  listener.certificates.push(...added);
  const id = `${listener.arn}/${physicalId(16)}`;
  return {
    ref: id,
    attributes: { Id: id },
    delete: async () => {
      for (const each of added) listener.certificates.splice(listener.certificates.indexOf(each), 1);
    },
  };
}
