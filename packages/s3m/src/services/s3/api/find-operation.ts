import { operations, type Operation } from './operations.ts';
import { methodNotAllowed, notServed } from './s3-error.ts';

/** Parameters that name a sub-resource, and what AWS's operations call it, for those that are not served. */
const subResources: Readonly<Record<string, string>> = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'Acl',
  analytics: 'BucketAnalyticsConfiguration',
  attributes: 'ObjectAttributes',
  cors: 'BucketCors',
  delete: 'Objects',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  'legal-hold': 'ObjectLegalHold',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  metadataTable: 'BucketMetadataTableConfiguration',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  restore: 'Object',
  retention: 'ObjectRetention',
  select: 'ObjectContent',
  session: 'Session',
  tagging: 'Tagging',
  torrent: 'ObjectTorrent',
  uploadId: 'Part',
  uploads: 'MultipartUploads',
  versioning: 'BucketVersioning',
  versions: 'ObjectVersions',
  website: 'BucketWebsite',
};

const verbs: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', POST: 'Post', HEAD: 'Head' };
/** Those whose names are not verb and sub-resource. */
const otherNames: Readonly<Record<string, string>> = {
  'GET versions': 'ListObjectVersions',
  'POST restore': 'RestoreObject',
  'POST select': 'SelectObjectContent',
  'GET session': 'CreateSession',
};

/** What of a request tells its operation. */
export interface OperationRequest {
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  readonly query: ReadonlyMap<string, string>;
  readonly copies: boolean;
}

/** The operation that a request means. @throws S3Error when it is none, or one that is not served, by its name */
export function findOperation({ method, level, query, copies }: OperationRequest): Operation {
  const subResource = Object.keys(subResources).find((name) => query.has(name));
  if (level === 'bucket' && method === 'PUT' && subResource === undefined) return operations.get('service PUT bucket')!;
  const listing =
    level === 'bucket' && method === 'GET' && subResource === undefined && query.get('list-type') === '2' ? 'list-type' : undefined;
  const copy = method === 'PUT' && copies && (subResource === undefined || subResource === 'uploadId') ? 'copy' : undefined;
  const key = [level, method, subResource ?? listing, copy].filter((part) => part !== undefined).join(' ');
  const operation = operations.get(key);
  if (operation !== undefined) return operation;
  if (subResource !== undefined && Object.hasOwn(verbs, method)) {
    const own = subResources[subResource]!;
    const what = own === 'Acl' || own === 'Tagging' ? `${level === 'bucket' ? 'Bucket' : 'Object'}${own}` : own;
    throw notServed(`The operation ${otherNames[`${method} ${subResource}`] ?? `${verbs[method]}${what}`}`);
  }
  if (method === 'POST' && level === 'bucket') throw notServed('The operation PostObject (an upload from an HTML form)');
  throw methodNotAllowed(method, level === 'service' ? 'SERVICE' : level === 'bucket' ? 'BUCKET' : 'OBJECT');
}
