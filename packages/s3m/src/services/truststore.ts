import { X509Certificate } from 'node:crypto';
import type { Account } from './account.ts';
import type { PropertyReader } from './property-reader.ts';
import { ResourceFailure, type Finding, type Properties } from './resource-type.ts';
import { isObject, isUnresolved } from './known-value.ts';

/** AWS's limits: certificates, and bytes of the object. */
const maxCertificates = 1000;
const maxBytes = 1_048_576;

const uriProperty = 'MutualTlsAuthentication.TruststoreUri';

/** Whom a domain with mutual TLS trusts. */
export interface Truststore {
  /** In PEM, one each. */
  readonly certificates: readonly string[];
  /** What AWS would tell as `mutualTlsAuthentication.truststoreWarnings`; the domain serves all the same. */
  readonly warnings: readonly string[];
}

/** What AWS would refuse of `MutualTlsAuthentication`. @param edge whether the domain has CloudFront in front */
export function checkMutualTls(
  { MutualTlsAuthentication: mutual }: Properties,
  terms: { readonly edge: boolean; readonly policy: unknown },
): Finding[] {
  if (!isObject(mutual)) return [];
  const uri = mutual['TruststoreUri'];
  const findings: Finding[] = [];
  if (typeof uri !== 'string' || (!isUnresolved(uri) && tryParse(uri) === undefined)) {
    findings.push({
      property: uriProperty,
      kind: 'invalid',
      message: `Invalid truststore URI: ${JSON.stringify(uri ?? null)}`,
      fix: 'Write s3://BUCKET/KEY.',
    });
  }
  if (terms.edge) {
    findings.push({
      property: 'MutualTlsAuthentication',
      kind: 'invalid',
      message: 'Mutual TLS is not supported for edge-optimized custom domain names',
      fix: 'Set EndpointConfiguration.Types to [REGIONAL].',
    });
  }
  if (terms.policy === 'TLS_1_0') {
    findings.push({ property: 'SecurityPolicy', kind: 'invalid', message: 'Mutual TLS needs the security policy TLS_1_2' });
  }
  return findings;
}

/** Reads the truststore that `MutualTlsAuthentication` names; undefined for a domain without. @throws ResourceFailure */
export function readTruststore({ directory, clock }: Account, properties: PropertyReader): Truststore | undefined {
  const uri = properties.object('MutualTlsAuthentication')?.string('TruststoreUri');
  if (uri === undefined) return undefined;
  const refuse = (why: string, fix?: string): ResourceFailure =>
    new ResourceFailure(`The truststore ${uri} cannot be used: ${why}`, { property: uriProperty, ...(fix === undefined ? {} : { fix }) });
  const parsed = tryParse(uri);
  if (parsed === undefined) throw refuse('it is no s3://BUCKET/KEY');
  const bucket = directory.find('bucket', parsed.bucket);
  if (bucket === undefined) throw refuse(`there is no bucket "${parsed.bucket}" here`);
  const object = bucket.get(parsed.key);
  if (object === undefined) {
    throw refuse(`the bucket has no object "${parsed.key}"`, 'Let the domain name depend on what puts the object, with DependsOn.');
  }
  const { body } = object;
  // What is not in memory is larger.
  if (body.length > maxBytes || !Buffer.isBuffer(body)) throw refuse(`it has ${body.length} bytes, ${maxBytes} are allowed`);
  const blocks = body.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > maxCertificates) throw refuse(`it has ${blocks.length} certificates, ${maxCertificates} are allowed`);
  const certificates: string[] = [];
  const warnings: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const warning = examine(block, clock.now());
    if (warning !== undefined) warnings.push(`Certificate ${index + 1} of ${uri} ${warning}`);
    if (warning !== unreadable) certificates.push(block);
  }
  if (certificates.length === 0) throw refuse('it has no certificate in PEM');
  return { certificates, warnings };
}

const unreadable = 'cannot be read';

function examine(block: string, now: number): string | undefined {
  try {
    const certificate = new X509Certificate(block);
    if (now > certificate.validToDate.getTime()) return `has expired: ${certificate.subject.replaceAll('\n', ', ')}`;
    return certificate.ca ? undefined : `is of no certificate authority: ${certificate.subject.replaceAll('\n', ', ')}`;
  } catch {
    return unreadable;
  }
}

function tryParse(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
