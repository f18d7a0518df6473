import type { IncomingMessage, ServerResponse } from 'node:http';
import { StateFailure } from '../../../state/state.ts';
import type { Account } from '../../account.ts';
import { wayOfCall, type CallWay } from '../../calls-from-vpc.ts';
import { rawQuery } from '../../../signature/signed-request.ts';
import { uriDecode } from '../../../signature/uri-encoding.ts';
import { MemoryBucket } from '../memory-bucket.ts';
import { createRequestIds } from '../request-ids.ts';
import { isForm, trySplitAddress } from '../s3-address.ts';
import { authorize } from './access.ts';
import { authenticate } from './authenticate.ts';
import { answerPreflight, corsResponseHeaders } from './cors-answer.ts';
import { findOperation } from './find-operation.ts';
import { maxDocumentBytes } from './limits.ts';
import { endWith, lengthOf } from '../storage/send-body.ts';
import { objectNeeds, type Operation } from './operations.ts';
import { readPayload } from './read-payload.ts';
import { receiveObject } from './receive-object.ts';
import type { ObjectCall, S3Answer, ServiceCall, Signer } from './s3-call.ts';
import { noSuchBucket, printError, S3Error } from './s3-error.ts';

/** One request to S3: who asks, for what, whether that is allowed, what comes with it, and only then what is done. */
export async function handleRequest(account: Account, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host = '' } = request.headers;
  const address = trySplitAddress(host, request.url ?? '/');
  const bucket = address?.bucket === undefined ? undefined : findBucket(account, address.bucket);
  let answer: S3Answer;
  const ids = createRequestIds(account.random);
  try {
    if (address === undefined) throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.", [['URI', request.url]]);
    answer =
      request.method === 'OPTIONS'
        ? answerPreflight(bucket, request.headers)
        : await answerRequest(account, request, { name: address.bucket ?? '', bucket, key: address.key });
  } catch (error) {
    if (request.destroyed && !request.complete) return void response.destroy();
    const told = error instanceof S3Error ? error : internalError(account, error);
    answer = { status: told.status, headers: [...told.headers, ['Content-Type', 'application/xml']], body: printError(told, ids) };
  }
  const always: [string, string][] = [
    ['x-amz-id-2', ids.hostId],
    ['x-amz-request-id', ids.requestId],
    ['Server', 'AmazonS3'],
  ];
  const cors = request.method === 'OPTIONS' ? [] : corsResponseHeaders(bucket, request.method ?? '', request.headers.origin);
  send(request, response, { ...answer, headers: [...always, ...cors, ...(answer.headers ?? [])] });
}

interface Target {
  readonly name: string;
  readonly bucket: MemoryBucket | undefined;
  readonly key: string | undefined;
}

async function answerRequest(account: Account, request: IncomingMessage, { name, bucket, key }: Target): Promise<S3Answer> {
  const { method = '', url: target = '/', headers } = request;
  const way = wayOfCall(account, request.socket, 's3');
  if (way.kind === 'none') return new Promise(() => {});
  if (method === 'POST' && key === undefined && isForm(headers['content-type']) && !target.includes('?')) {
    if (bucket === undefined) throw noSuchBucket(name);
    return (await import('./post-object.ts')).postObject(account, request, bucket, (signer) => throughEndpoint(signer, way));
  }
  const signer = throughEndpoint(authenticate(account, request), way);
  const query = new Map(rawQuery(target).map(([parameter, value]) => [uriDecode(parameter), uriDecode(value)]));
  const level = name === '' ? 'service' : key === undefined ? 'bucket' : 'object';
  const operation = findOperation({ method, level, query, copies: headers['x-amz-copy-source'] !== undefined });
  const head: Omit<ServiceCall, 'body'> = { account, method, target, headers, query, signer, bucketName: name };
  if (operation.level === 'service') {
    permit(operation, head, name === '' ? '*' : `arn:${account.partition}:s3:::${name}`);
    return operation.run({ ...head, body: await readBody(request, signer) });
  }
  if (bucket === undefined) throw noSuchBucket(name);
  checkOwner(head);
  if (operation.level === 'bucket') {
    permit(operation, head, bucket.arn, bucket);
    return operation.run({ ...head, bucket, body: await readBody(request, signer) });
  }
  const receive: ObjectCall['receive'] = (reception) => receiveObject(account, request, signer, reception);
  const call: Omit<ObjectCall, 'body'> = { ...head, bucket, key: key ?? '', receive };
  if (operation.action !== undefined) for (const need of objectNeeds({ ...call, body: nothing }, operation.action)) authorize(head, need);
  // Bytes to be kept are taken in when the operation has looked at everything else.
  return operation.run({ ...call, body: operation.body === 'object' ? nothing : await readBody(request, signer) });
}

function throughEndpoint(signer: Signer, way: CallWay): Signer {
  if (way.kind !== 'endpoint') return signer;
  const { passage } = way;
  return signer.kind === 'signed' ? { ...signer, caller: { ...signer.caller, passage } } : { ...signer, passage };
}

function permit({ action }: Operation, head: Omit<ServiceCall, 'body'>, resource: string, bucket?: MemoryBucket): void {
  if (action !== undefined) authorize(head, { action, resource, bucket });
}

/** `x-amz-expected-bucket-owner`: whoever names another account gets nothing. */
function checkOwner({ headers, account }: Omit<ServiceCall, 'body'>): void {
  const expected = headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== account.id) throw new S3Error(403, 'AccessDenied', 'Access Denied');
}

const nothing = { bytes: Buffer.alloc(0) };

async function readBody(request: IncomingMessage, signer: Signer): Promise<ObjectCall['body']> {
  const pieces: Buffer[] = [];
  await readPayload(request, signer, { maxBytes: maxDocumentBytes, lengthRequired: false }, (bytes) => void pieces.push(bytes));
  return { bytes: Buffer.concat(pieces) };
}

function findBucket(account: Account, name: string): MemoryBucket | undefined {
  const bucket = account.directory.find('bucket', name);
  return bucket instanceof MemoryBucket ? bucket : undefined;
}

function internalError(account: Account, error: unknown): S3Error {
  // What the disk refuses is told once, with what to do, where it is written.
  if (!(error instanceof StateFailure)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    account.emit({ event: 'notice', message: `S3: ${message}` });
  }
  return new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers = [], body = '', length }: S3Answer): void {
  // What an answer does not wait for is read over, so that the connection can be used again.
  request.resume();
  for (const [name, value] of headers) response.appendHeader(name, value);
  if (status !== 204 && status !== 304) response.setHeader('Content-Length', length ?? lengthOf(body));
  response.writeHead(status);
  endWith(response, request.method === 'HEAD' || status === 204 || status === 304 ? '' : body);
}
