import type { CorsRule } from '../cors-rules.ts';
import { childrenOf, textOf, type XmlElement } from '../../parse-xml.ts';
import type { XmlNode } from '../../print-xml.ts';
import { readDocument } from './read-document.ts';
import { noContent, xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { invalidRequest, malformedXml, S3Error } from './s3-error.ts';

const mostRules = 100;
const methods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

/** GetBucketCors. */
export function getBucketCors({ bucket }: BucketCall): S3Answer {
  if (bucket.corsRules.length === 0) {
    throw new S3Error(404, 'NoSuchCORSConfiguration', 'The CORS configuration does not exist', [['BucketName', bucket.name]]);
  }
  return xmlAnswer(
    'CORSConfiguration',
    bucket.corsRules.map((rule): XmlNode => [
      'CORSRule',
      [
        ['ID', rule.id],
        ...rule.allowedHeaders.map((value): XmlNode => ['AllowedHeader', value]),
        ...rule.allowedMethods.map((value): XmlNode => ['AllowedMethod', value]),
        ...rule.allowedOrigins.map((value): XmlNode => ['AllowedOrigin', value]),
        ...rule.exposedHeaders.map((value): XmlNode => ['ExposeHeader', value]),
        ['MaxAgeSeconds', rule.maxAge],
      ],
    ]),
  );
}

/** PutBucketCors. */
export async function putBucketCors(call: BucketCall): Promise<S3Answer> {
  const rules = childrenOf(readDocument(call, 'CORSConfiguration'), 'CORSRule');
  if (rules.length === 0 || rules.length > mostRules) throw malformedXml();
  await call.bucket.configure({ corsRules: rules.map(readRule) });
  return { status: 200 };
}

/** DeleteBucketCors. */
export async function deleteBucketCors({ bucket }: BucketCall): Promise<S3Answer> {
  await bucket.configure({ corsRules: [] });
  return noContent;
}

function readRule(rule: XmlElement): CorsRule {
  const texts = (name: string): string[] => childrenOf(rule, name).map(({ text }) => text);
  const [allowedOrigins, allowedMethods, allowedHeaders] = [texts('AllowedOrigin'), texts('AllowedMethod'), texts('AllowedHeader')];
  if (allowedOrigins.length === 0 || allowedMethods.length === 0) throw malformedXml();
  for (const method of allowedMethods)
    if (!methods.has(method)) throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  for (const origin of allowedOrigins)
    if (stars(origin) > 1) throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
  for (const header of allowedHeaders)
    if (stars(header) > 1) throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`);
  const exposedHeaders = texts('ExposeHeader');
  for (const header of exposedHeaders)
    if (stars(header) > 0)
      throw invalidRequest(`ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`);
  const [id, maxAge] = [textOf(rule, 'ID'), textOf(rule, 'MaxAgeSeconds')];
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) throw malformedXml();
  return {
    ...(id === undefined ? {} : { id }),
    allowedOrigins,
    allowedMethods,
    allowedHeaders,
    exposedHeaders,
    ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
  };
}

function stars(text: string): number {
  return text.split('*').length - 1;
}
