import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Bucket, NewObject } from '../../capabilities/bucket.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { guessContentType } from './content-type.ts';
import { readSource } from './deployment-source.ts';
import { readMarkers, replaceMarkers } from './markers.ts';
import { lowerCaseKeys, readSystemMetadata } from './system-metadata.ts';

/**
 * Fills a bucket as CDK's BucketDeployment does, without running its function (S3W-030 to S3W-036).
 * Values in the files are local addresses, since a browser on this machine reads them.
 */
export const bucketDeployment: ResourceType = {
  type: 'Custom::CDKBucketDeployment',
  scope: 'simulated',
  properties: {
    ServiceToken: { inert: 'the engine does what the function would do' },
    SourceBucketNames: 'simulated',
    SourceObjectKeys: 'simulated',
    SourceMarkers: 'simulated',
    SourceMarkersConfig: 'simulated',
    DestinationBucketName: 'simulated',
    DestinationBucketKeyPrefix: 'simulated',
    DestinationBucketArn: 'simulated',
    Prune: 'simulated',
    RetainOnDelete: 'simulated',
    Extract: 'simulated',
    UserMetadata: 'simulated',
    SystemMetadata: 'simulated',
    OutputObjectKeys: 'simulated',
    WaitForDistributionInvalidation: { inert: 'no cache stands before the bucket' },
    DistributionId: { inert: 'no cache stands before the bucket' },
    DistributionPaths: { inert: 'no cache stands before the bucket' },
    SignContent: { inert: 'nothing is sent that could be signed' },
  },
  required: ['SourceBucketNames', 'SourceObjectKeys', 'DestinationBucketName'],
  attributes: ['DestinationBucketArn', 'SourceObjectKeys'],
  check: checkDeployment,
  create: createDeployment,
  forget: (account, id) => account.state.collection('cdk').delete(id),
};

function checkDeployment(properties: Properties): Finding[] {
  const findings: Finding[] = [];
  if (String(properties['Extract'] ?? 'true') !== 'true') {
    findings.push({
      property: 'Extract',
      kind: 'unsupported',
      message: 'Extract false: the assembly holds directories, and their archives are not made here',
      fix: 'Deploy the unpacked files',
    });
  }
  const { SystemMetadata: metadata } = properties;
  if (typeof metadata === 'object' && metadata !== null && Object.keys(metadata).some((name) => name.toLowerCase() === 'acl')) {
    findings.push({
      property: 'SystemMetadata.acl',
      kind: 'unsupported',
      message: 'SystemMetadata acl: object ACLs are not simulated',
      fix: 'Allow s3:GetObject in an AWS::S3::BucketPolicy (CDK: publicReadAccess)',
    });
  }
  return findings;
}

/** Where a deployment puts its files. */
interface Destination {
  readonly bucket: Bucket;
  /** Empty, or with a slash at the end. */
  readonly prefix: string;
}

async function createDeployment(context: ResourceContext): Promise<Resource> {
  const id = `aws.cdk.s3deployment.${toUuid(context.physicalId(32))}`;
  await deploy(context, id);
  return describe(id, context);
}

function describe(id: string, context: ResourceContext): Resource {
  const reader = new PropertyReader(context.properties);
  const arn = reader.optionalString('DestinationBucketArn');
  return {
    ref: id,
    attributes: {
      ...(arn === undefined ? {} : { DestinationBucketArn: arn }),
      SourceObjectKeys: reader.boolean('OutputObjectKeys', true) ? reader.strings('SourceObjectKeys') : [],
    },
    async update(next) {
      const [before, after] = [findDestination(context), readDestination(next)];
      const moved = before !== undefined && (before.bucket !== after.bucket || before.prefix !== after.prefix);
      if (moved && !retains(next)) await clear(before); // S3W-033
      await deploy(next, id);
      return describe(id, next);
    },
    // Its bucket, which it refers to, is empty by then.
    async reset() {
      const { kept: _, ...anew } = context;
      await deploy(anew, id);
      return {};
    },
    async delete() {
      const destination = retains(context) ? undefined : findDestination(context);
      if (destination !== undefined) await clear(destination);
      await context.account.state.collection('cdk').delete(id);
    },
    stopNow: () => Promise.resolve(),
  };
}

/** Reads all sources first, then changes the bucket in one go: a request sees the old site or the new one (S3W-032). */
async function deploy(context: ResourceContext, id: string): Promise<void> {
  const reader = new PropertyReader(context.properties);
  const { bucket, prefix } = readDestination(context);
  const files = await readFiles(context, reader);
  const { contentType, systemMetadata } = readSystemMetadata(reader.stringMap('SystemMetadata'));
  const userMetadata = lowerCaseKeys(reader.stringMap('UserMetadata'));
  const objects = [...files].map(([name, body]) => ({
    key: prefix + name,
    body,
    contentType: contentType ?? guessContentType(name),
    systemMetadata,
    userMetadata,
  }));
  const deployments = keptDeployments(context, id);
  const digest = digestOf(bucket, objects);
  const { kept } = context;
  // What somebody changed in the bucket after an earlier engine had deployed the same stays.
  if (kept !== undefined && deployments.before === digest) return;
  const onlyAddresses = kept !== undefined && kept !== 'unfinished' && isDeepStrictEqual(kept.properties, context.properties);
  const prunes = reader.boolean('Prune', true) && !onlyAddresses;
  const gone = prunes ? keysBelow(bucket, prefix).filter((key) => !files.has(key.slice(prefix.length))) : [];
  await bucket.apply({ put: objects, delete: gone });
  await deployments.done(digest);
}

/** What was deployed last, with `--persist`: CloudFormation runs a deployment again only when it changes. */
function keptDeployments(
  { account }: ResourceContext,
  id: string,
): { readonly before: unknown; readonly done: (digest: string) => Promise<void> } {
  const collection = account.state.collection('cdk');
  const before = [...collection.entries()].find(({ key }) => key === id)?.value;
  return { before, done: (digest) => collection.put(id, digest) };
}

function digestOf(bucket: Bucket, objects: readonly (Omit<NewObject, 'body'> & { readonly body: Buffer })[]): string {
  const hash = createHash('sha256').update(JSON.stringify(bucket.name));
  for (const { body, ...object } of objects) hash.update(JSON.stringify([object, body.length])).update(body);
  return hash.digest('hex');
}

/** The files of all sources by name; a later source overwrites an earlier one. */
async function readFiles(context: ResourceContext, reader: PropertyReader): Promise<Map<string, Buffer>> {
  const [buckets, keys] = [reader.strings('SourceBucketNames'), reader.strings('SourceObjectKeys')];
  if (buckets.length !== keys.length) {
    throw new ResourceFailure(
      `SourceBucketNames has ${buckets.length} items and SourceObjectKeys ${keys.length}: they must be equally many`,
      {
        property: 'SourceObjectKeys',
      },
    );
  }
  const { SourceMarkers: markers, SourceMarkersConfig: configurations } = context.local;
  const localize = context.localize?.bind(context) ?? ((text: string) => text);
  const sources = await Promise.all(keys.map((key, index) => readSource(context, buckets[index]!, key)));
  const files = new Map<string, Buffer>();
  sources.forEach((entries, index) => {
    const ofSource = readMarkers(itemOf(markers, index), itemOf(configurations, index));
    for (const { name, content } of entries) files.set(name, replaceMarkers(content, ofSource, localize));
  });
  return files;
}

function readDestination(context: ResourceContext): Destination {
  const destination = findDestination(context);
  if (destination !== undefined) return destination;
  throw new ResourceFailure(
    'An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist',
    {
      property: 'DestinationBucketName',
    },
  );
}

function findDestination(context: ResourceContext): Destination | undefined {
  const reader = new PropertyReader(context.properties);
  const bucket = context.account.directory.find('bucket', reader.string('DestinationBucketName'));
  const prefix = reader.optionalString('DestinationBucketKeyPrefix') ?? '';
  if (bucket === undefined) return undefined;
  return { bucket, prefix: prefix === '' || prefix === '/' ? '' : `${prefix.replace(/\/$/, '')}/` };
}

function clear({ bucket, prefix }: Destination): Promise<void> {
  return bucket.apply({ put: [], delete: keysBelow(bucket, prefix) });
}

function keysBelow(bucket: Bucket, prefix: string): string[] {
  return bucket.keys().filter((key) => key.startsWith(prefix));
}

function retains(context: ResourceContext): boolean {
  return new PropertyReader(context.properties).boolean('RetainOnDelete', true);
}

function itemOf(list: Properties[string] | undefined, index: number): Properties[string] | undefined {
  return Array.isArray(list) ? (list[index] as Properties[string] | undefined) : undefined;
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
