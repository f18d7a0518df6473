import { isDeepStrictEqual } from 'node:util';
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
import type { BucketSettings } from './bucket-settings.ts';
import { BucketSite } from './bucket-site.ts';
import { readCorsRules } from './cors-rules.ts';
import { keptBucketsOf } from './kept-buckets.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { readPublicAccessBlock } from './public-access-block.ts';
import { websiteProblem } from './website-configuration.ts';
import { websiteUrl } from './website-url.ts';

/** Objects outlive the engine with `--persist`; the AWS endpoint serves them, and a bucket with a website configuration answers on a port of this machine. */
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
    VersioningConfiguration: 'simulated',
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
  forget: async (account, name) => keptBucketsOf(account)?.remove(name),
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
  const withdraw = (store.withdraw = provide(context, store));
  const site = (store.site = new BucketSite(store, account));
  try {
    await open(context, store);
  } catch (error) {
    withdraw();
    await site[Symbol.asyncDispose]();
    throw error;
  }

  let current = context.properties;
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
        const { website, ...settings } = changedSettings(current, next.properties);
        await store.configure(settings);
        if (website !== undefined) await site.configure(website.configuration, next.name.logicalId);
        current = next.properties;
        return describe();
      },
      async reset() {
        const objects = await store.empty();
        await store.configure({ ...settingsOf(current), policy: undefined });
        await site.configure(websiteOf(current), context.name.logicalId);
        return { objects };
      },
      async delete() {
        withdraw();
        await site[Symbol.asyncDispose]();
        if (store.journal === undefined) store.discard();
        else await store.journal.remove();
      },
      async stopNow() {
        withdraw();
        await site[Symbol.asyncDispose]();
      },
    };
  }

  return describe();
}

/** Gives a bucket what is kept of it, and the settings of the template: of one that an earlier engine had made those that the template has changed. */
async function open({ account, kept, name: { logicalId }, properties }: ResourceContext, store: MemoryBucket): Promise<void> {
  const buckets = keptBucketsOf(account);
  if (kept === 'unfinished') await buckets?.remove(store.name);
  else if (kept === undefined && buckets?.has(store.name) === true) throw alreadyExists(store.name);
  const earlier = kept === undefined || kept === 'unfinished' ? undefined : buckets?.settingsOf(store.name);
  await buckets?.take(store, 'template');
  if (earlier === undefined || kept === undefined || kept === 'unfinished') {
    await store.configure(settingsOf(properties));
    await store.site?.configure(websiteOf(properties), logicalId);
    return;
  }
  store.restoreSettings(earlier);
  const { website = { configuration: earlier.website }, ...settings } = changedSettings(kept.properties, properties);
  await store.configure(settings);
  await store.site?.configure(website.configuration, logicalId);
}

/** Which property says which settings. */
const settingsByProperty: Readonly<Record<string, (properties: PropertyReader) => Partial<BucketSettings>>> = {
  PublicAccessBlockConfiguration: (properties) => ({
    publicAccessBlock: readPublicAccessBlock(properties.object('PublicAccessBlockConfiguration')),
  }),
  CorsConfiguration: (properties) => ({ corsRules: readCorsRules(properties.object('CorsConfiguration')) }),
  OwnershipControls: (properties) => ({
    objectOwnership:
      properties.object('OwnershipControls')?.objects('Rules')[0]?.optionalString('ObjectOwnership') ?? 'BucketOwnerEnforced',
  }),
  VersioningConfiguration: (properties) => ({
    versioning: properties.object('VersioningConfiguration')?.oneOf('Status', ['Enabled', 'Suspended'], 'Enabled'),
  }),
  Tags: (properties) => {
    const tags = properties.objects('Tags').map((tag) => [tag.string('Key'), tag.string('Value')] as const);
    return { tags: tags.length === 0 ? undefined : Object.fromEntries(tags) };
  },
};

function settingsOf(properties: Properties, names: readonly string[] = Object.keys(settingsByProperty)): Partial<BucketSettings> {
  const reader = new PropertyReader(properties);
  return Object.assign({}, ...names.map((name) => settingsByProperty[name]!(reader))) as Partial<BucketSettings>;
}

/** CloudFormation calls for the properties that differ between two templates; what a call of the API has changed beside them stays. */
function changedSettings(
  before: Properties,
  after: Properties,
): Partial<Omit<BucketSettings, 'website'>> & { readonly website?: { readonly configuration: Properties | undefined } } {
  const differs = (name: string): boolean => !isDeepStrictEqual(before[name], after[name]);
  const { website: _, ...settings } = settingsOf(after, Object.keys(settingsByProperty).filter(differs));
  // Versions can be suspended, never unlearned.
  const suspended = 'versioning' in settings && settings.versioning === undefined ? { versioning: 'Suspended' as const } : {};
  return { ...settings, ...suspended, ...(differs('WebsiteConfiguration') ? { website: { configuration: websiteOf(after) } } : {}) };
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
