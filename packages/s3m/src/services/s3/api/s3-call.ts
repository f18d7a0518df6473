import type { Mac } from '../../../signature/mac.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Checksum } from '../../../capabilities/bucket.ts';
import type { CredentialsOwner } from '../../../capabilities/credentials.ts';
import type { Account } from '../../account.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { printXml, type XmlNode } from './print-xml.ts';

/** Who calls. `signed` proves who it is; the body is still to be looked at. */
export type Signer =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'signed';
      readonly caller: CredentialsOwner;
      readonly accessKeyId: string;
      readonly place: 'header' | 'query';
      /** `20260101T000000Z` */
      readonly timestamp: string;
      /** What the signature says of the body: its SHA-256, or how it comes. */
      readonly contentSha256: string;
      /** `20260101/us-east-1/s3/aws4_request` */
      readonly scope: string;
      readonly mac: Mac;
      /** Of the head: the seed of the chunks' signatures. */
      readonly signature: string;
    };

/** A body that is what the client said it is. */
export interface Payload {
  readonly bytes: Buffer;
  /** What the client gave with it, and what was found right. */
  readonly checksum?: Checksum;
}

/** A request to S3, of one who may make it. */
export interface ServiceCall {
  readonly account: Account;
  readonly method: string;
  /** As it came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** By name as it came, decoded. */
  readonly query: ReadonlyMap<string, string>;
  readonly signer: Signer;
  readonly body: Payload;
  /** As the path or the host names it; empty when it names none. */
  readonly bucketName: string;
}

export interface BucketCall extends ServiceCall {
  readonly bucket: MemoryBucket;
}

export interface ObjectCall extends BucketCall {
  readonly key: string;
}

/** What S3 answers, without what every answer has. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | string;
  /** Of an answer to HEAD, which has no body. */
  readonly length?: number;
}

/** A document of S3's namespace. */
export function xmlAnswer(root: string, elements: readonly XmlNode[], headers: S3Answer['headers'] = []): S3Answer {
  return { status: 200, headers: [...headers, ['Content-Type', 'application/xml']], body: printXml(root, elements) };
}

export const noContent: S3Answer = { status: 204 };

/**
 * A header of the request. Presigned requests may have the `x-amz-` ones in their query, where the signature covers them.
 */
export function headerOf({ headers, query, signer }: Pick<ServiceCall, 'headers' | 'query' | 'signer'>, name: string): string | undefined {
  const value = headers[name];
  if (value !== undefined) return Array.isArray(value) ? value.join(',') : value;
  if (signer.kind !== 'signed' || signer.place !== 'query' || !name.startsWith('x-amz-')) return undefined;
  for (const [parameter, text] of query) if (parameter.toLowerCase() === name) return text;
  return undefined;
}
