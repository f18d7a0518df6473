import type { OriginAnswer, OriginRequest } from '../../../capabilities/bucket-origin.ts';
import type { Account } from '../../account.ts';
import { MemoryBucket } from '../memory-bucket.ts';
import { createRequestIds } from '../request-ids.ts';
import { lengthOf } from '../storage/send-body.ts';
import { authorize } from './access.ts';
import { answerPreflight, corsResponseHeaders } from './cors-answer.ts';
import { findOperation } from './find-operation.ts';
import { objectNeeds } from './operations.ts';
import type { ObjectCall, S3Answer } from './s3-call.ts';
import { noSuchBucket, notServed, printError, S3Error } from './s3-error.ts';

/** What S3 answers to a service that fetches an object for somebody else (S3W-040). Only what reads: nothing is written through an origin here. */
export async function answerOrigin(account: Account, request: OriginRequest): Promise<OriginAnswer> {
  const found = account.directory.find('bucket', request.bucket);
  const bucket = found instanceof MemoryBucket ? found : undefined;
  const ids = createRequestIds(account.random);
  let answer: S3Answer;
  try {
    answer = request.method === 'OPTIONS' ? answerPreflight(bucket, request.headers) : await read(account, bucket, request);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    answer = { status: error.status, headers: [...error.headers, ['Content-Type', 'application/xml']], body: printError(error, ids) };
  }
  const { status, headers = [], body = '', length = lengthOf(body) } = answer;
  const cors = request.method === 'OPTIONS' ? [] : corsResponseHeaders(bucket, request.method, request.headers['origin']);
  return {
    status,
    headers: [['Server', 'AmazonS3'], ...cors, ...headers],
    length,
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

async function read(account: Account, bucket: MemoryBucket | undefined, request: OriginRequest): Promise<S3Answer> {
  const { method, key, query, headers, caller } = request;
  if (bucket === undefined) throw noSuchBucket(request.bucket);
  if (method !== 'GET' && method !== 'HEAD') throw notServed(`${method} through an origin`);
  const level = key === '' ? 'bucket' : 'object';
  const operation = findOperation({ method, level, query, copies: false });
  const call: ObjectCall = {
    account,
    method,
    target: `/${key}`,
    headers,
    query,
    signer: caller,
    body: { bytes: Buffer.alloc(0) },
    bucketName: bucket.name,
    bucket,
    key,
    receive: () => Promise.reject(notServed('A body through an origin')),
  };
  if (operation.action !== undefined)
    for (const need of level === 'bucket'
      ? [{ action: operation.action, resource: bucket.arn, bucket }]
      : objectNeeds(call, operation.action))
      authorize(call, need);
  return operation.run(call);
}
