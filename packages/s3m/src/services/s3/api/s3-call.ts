import type { Mac } from '../../../signature/mac.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Checksum, ChecksumAlgorithm } from '../../../capabilities/bucket.ts';
import type { OriginCaller } from '../../../capabilities/bucket-origin.ts';
import type { CallPassage, CredentialsOwner } from '../../../capabilities/credentials.ts';
import type { Account } from '../../account.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import type { Held } from '../storage/body-sink.ts';
import type { FileRange } from '../storage/send-body.ts';
import { printXml, type XmlNode } from '../../print-xml.ts';

/** Who calls. `signed` proves who it is; the body is still to be looked at. */
export type Signer =
  | (OriginCaller & { readonly passage?: CallPassage })
  | {
      readonly kind: 'signed';
      readonly caller: CredentialsOwner;
      readonly accessKeyId: string;
      readonly place: 'header' | 'query' | 'form';
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

/** A document that is what the client said it is. */
export interface Payload {
  readonly bytes: Buffer;
}

/** The bytes of an object or a part, found to be what the client said they are. Their file, if there is one, is held until the end of the scope. */
export interface Received extends Held, Disposable {
  /** Quoted. */
  readonly etag: string;
  /** What the client gave with it. */
  readonly checksum: Checksum | undefined;
  /** Of an algorithm that was asked for. */
  computed(algorithm: ChecksumAlgorithm): Checksum;
}

/** What is to become of an object's bytes. */
export interface Reception {
  /** What the service itself needs of them. */
  readonly algorithm: ChecksumAlgorithm;
  /** A part stands in a file, however small it is. */
  readonly isPart?: boolean;
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
  /** Takes in the bytes that come with the request, once. @throws S3Error */
  receive(reception: Reception): Promise<Received>;
}

/** What S3 answers, without what every answer has. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | string | FileRange;
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
