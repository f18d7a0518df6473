import { X509Certificate } from 'node:crypto';
import type { CertificateMaterial } from '../../../capabilities/certificate.ts';
import type { Account } from '../../account.ts';
import { findAuthority, publicAuthority } from '../../certificate-authorities.ts';
import { ResourceFailure } from '../../resource-type.ts';

/** A certificate that a listener can show. */
export interface ServedCertificate {
  readonly arn: string;
  /** Undefined for one that is not of the application: its names are not known here. */
  readonly domainNames: readonly string[] | undefined;
  readonly key: { readonly kind: 'ec' | 'rsa'; readonly bits: number };
  /** Key and certificate for a client that asks for `name`, which counts only where the names are not known. */
  materialFor(name: string): Promise<CertificateMaterial>;
}

const foreignArn = /^arn:[^:]+:(?:acm:[^:]+:\d*:certificate\/|iam::\d*:server-certificate\/)[\w/+=,.@-]+$/;

/**
 * The certificate of an ARN. In place of one that is not of the application, whose names and key are in AWS, the local authority makes one for
 * each name that clients ask for. @throws ResourceFailure for what is no certificate's ARN
 */
export async function findServedCertificate(arn: string, property: string, account: Account): Promise<ServedCertificate> {
  const own = account.directory.find('certificate', arn);
  if (own !== undefined) {
    const material = await own.material();
    return { arn, domainNames: own.domainNames, key: keyOf(material), materialFor: () => Promise.resolve(material) };
  }
  if (!foreignArn.test(arn)) {
    throw new ResourceFailure(`Certificate ARN '${arn}' is not valid`, {
      property,
      fix: 'Name an AWS::CertificateManager::Certificate of the application, or the ARN of one in AWS.',
    });
  }
  account.emit({
    event: 'notice',
    message:
      `Certificate ${arn} is not one of the application: its names and its key are not known here. In its place the local authority ` +
      `(certificate-authority.pem in the state directory) makes one for each name that clients ask for, where AWS would refuse to be taken for others.`,
  });
  const authority = await findAuthority(account, publicAuthority);
  return {
    arn,
    domainNames: undefined,
    key: { kind: 'ec', bits: 256 },
    materialFor: (name) => authority.issue([name], 'EC_prime256v1'),
  };
}

function keyOf({ certificate }: CertificateMaterial): ServedCertificate['key'] {
  const { asymmetricKeyType, asymmetricKeyDetails } = new X509Certificate(certificate).publicKey;
  if (asymmetricKeyType === 'rsa') return { kind: 'rsa', bits: asymmetricKeyDetails?.modulusLength ?? 0 };
  return { kind: 'ec', bits: Number(/\d{3}/.exec(asymmetricKeyDetails?.namedCurve ?? '')?.[0] ?? 0) };
}
