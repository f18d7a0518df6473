import { DuplicateCapability } from '../../capabilities/directory.ts';
import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { isBucketName } from './bucket-name.ts';
import { BucketSite } from './bucket-site.ts';
import { readCorsRules } from './cors-rules.ts';
import { keptBucketsOf } from './kept-buckets.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { readPublicAccessBlock } from './public-access-block.ts';
import { websiteProblem } from './website-configuration.ts';
import { websiteUrl } from './website-url.ts';

/** Objects live in memory, and with `--persist` outlive the engine; the AWS endpoint serves them, and a bucket with a website configuration answers on a port of this machine. */
export const bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  scope: 'simulated',
  properties: {
    BucketName: 'simulated',
    WebsiteConfiguration: 'simulated',
    CorsConfiguration: 'simulated',
    PublicAccessBlockConfiguration: 'simulated',
    AccessControl: 'simulated',
    OwnershipControls: 'simulated',
    BucketEncryption: { inert: 'S3 decrypts for every reader' },
    LifecycleConfiguration: { inert: 'objects do not age here' },
    VersioningConfiguration: { inert: 'no versions are kept; readers of the current one see no difference' },
    LoggingConfiguration: { inert: 'access logs are not delivered' },
    AccelerateConfiguration: { inert: 'there is no distance to cover' },
    AnalyticsConfigurations: { inert: 'reports on the storage used change nothing for readers' },
    IntelligentTieringConfigurations: { inert: 'the storage class changes nothing for readers' },
    InventoryConfigurations: { inert: 'reports on the objects stored change nothing for readers' },
    MetricsConfigurations: { inert: 'CloudWatch metrics are not kept' },
    Tags: 'simulated',
  },
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  replacedBy: ['BucketName'],
  check: checkBucket,
  create: createBucket,
  forget: async (account, name) => keptBucketsOf(account)?.remove(name, []),
};

function checkBucket(properties: Properties): Finding[] {
  const findings: Finding[] = [];
  const { BucketName: name, AccessControl: acl, WebsiteConfiguration: website } = properties;
  if (typeof name === 'string' && !isUnresolved(name) && !isBucketName(name)) {
    findings.push({
      property: 'BucketName',
      kind: 'invalid',
      message: 'The specified bucket is not valid.',
      fix: `"${name}": a bucket name has 3 to 63 lower-case letters, digits, hyphens and dots, and begins and ends with a letter or digit`,
    });
  }
  if (typeof acl === 'string' && acl.startsWith('Public')) {
    findings.push({
      property: 'AccessControl',
      kind: 'unsupported',
      message: `AccessControl ${acl}: object ACLs are not simulated`,
      fix: 'Allow s3:GetObject in an AWS::S3::BucketPolicy (CDK: publicReadAccess)',
    });
  }
  if (typeof website === 'object' && website !== null) {
    const problem = websiteProblem(new PropertyReader(website as Properties, 'WebsiteConfiguration'));
    if (problem !== undefined)
      findings.push({ property: `WebsiteConfiguration.${problem.property}`, kind: 'invalid', message: problem.message });
  }
  return findings;
}

async function createBucket(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const reader = new PropertyReader(context.properties);
  const name = reader.optionalString('BucketName') ?? context.physicalName({ max: 63, lowerCase: true });
  const arn = `arn:${account.partition}:s3:::${name}`;
  const store = new MemoryBucket(name, arn, readPublicAccessBlock(reader.object('PublicAccessBlockConfiguration')), account.clock);
  configure(store, reader);
  const withdraw = (store.withdraw = provide(context, store));
  const kept = keptBucketsOf(account);
  if (context.kept === 'unfinished') await kept?.remove(name, []);
  else if (context.kept === undefined && kept?.has(name) === true) {
    withdraw();
    throw alreadyExists(name);
  }
  kept?.take(store, 'template');
  const site = (store.site = new BucketSite(store, account));

  function describe(): Resource {
    const url = websiteUrl(name, account.region, account.urlSuffix);
    return {
      ref: name,
      attributes: {
        Arn: arn,
        DomainName: `${name}.s3.${account.urlSuffix}`,
        DualStackDomainName: `${name}.s3.dualstack.${account.region}.${account.urlSuffix}`,
        RegionalDomainName: `${name}.s3.${account.region}.${account.urlSuffix}`,
        WebsiteURL: url,
      },
      addresses: [
        ...(site.port === undefined ? [] : [{ aws: url, local: `http://127.0.0.1:${site.port}` }]),
        // The name alone may be one that an SDK makes a URL of.
        ...[`${name}.s3.${account.region}.${account.urlSuffix}`, `${name}.s3.${account.urlSuffix}`].map((host) => ({
          aws: `https://${host}`,
          local: `${account.endpoint.url}/${name}`,
          urlOnly: true as const,
        })),
      ],
      async update(next) {
        const properties = new PropertyReader(next.properties);
        configure(store, properties);
        await site.configure(websiteOf(next.properties), next.name.logicalId);
        return describe();
      },
      async reset() {
        const keys = store.keys();
        for (const key of keys) store.delete(key);
        store.uploads.clear();
        await store.settled();
        return { objects: keys.length };
      },
      async delete() {
        withdraw();
        await site[Symbol.asyncDispose]();
        await store.journal?.remove(store.keys());
      },
      async stopNow() {
        withdraw();
        await site[Symbol.asyncDispose]();
      },
    };
  }

  try {
    await site.configure(websiteOf(context.properties), context.name.logicalId);
  } catch (error) {
    withdraw();
    throw error;
  }
  return describe();
}

function configure(store: MemoryBucket, properties: PropertyReader): void {
  const rules = properties.object('OwnershipControls')?.objects('Rules') ?? [];
  const tags = properties.objects('Tags').map((tag) => [tag.string('Key'), tag.string('Value')] as const);
  store.configure({
    publicAccessBlock: readPublicAccessBlock(properties.object('PublicAccessBlockConfiguration')),
    corsRules: readCorsRules(properties.object('CorsConfiguration')),
    objectOwnership: rules[0]?.optionalString('ObjectOwnership') ?? 'BucketOwnerEnforced',
    tags: tags.length === 0 ? undefined : Object.fromEntries(tags),
  });
}

function websiteOf({ WebsiteConfiguration: website }: Properties): Properties | undefined {
  return typeof website === 'object' && website !== null && !Array.isArray(website) ? (website as Properties) : undefined;
}

function provide(context: ResourceContext, store: MemoryBucket): () => void {
  try {
    return context.account.directory.provide('bucket', store.name, store);
  } catch (error) {
    if (!(error instanceof DuplicateCapability)) throw error;
    throw alreadyExists(store.name, error);
  }
}

function alreadyExists(name: string, cause?: unknown): ResourceFailure {
  return new ResourceFailure(`${name} already exists`, { property: 'BucketName', cause });
}
