import type { KeyAlgorithm } from '../x509/key-algorithm.ts';

/** A key and its certificate, in PEM. */
export interface CertificateMaterial {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate of AWS Certificate Manager. */
export interface Certificate {
  readonly arn: string;
  /** The domain name, then the alternative names. */
  readonly domainNames: readonly string[];
  /** Made at the first call. */
  material(): Promise<CertificateMaterial>;
  /** The same for `localhost` and 127.0.0.1 too, for what answers at such an address here. */
  localMaterial(): Promise<CertificateMaterial>;
}

/** Who signs certificates here. */
export interface CertificateAuthority {
  /** Its own, in PEM. */
  readonly certificate: string;
  /** A key and a certificate of it for a server of these names; the first is its subject. */
  issue(names: readonly string[], algorithm: KeyAlgorithm): Promise<CertificateMaterial>;
}
