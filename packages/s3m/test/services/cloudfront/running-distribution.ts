import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Engine } from '../../../src/engine/engine.ts';
import type { Properties } from '../../../src/services/resource-type.ts';

/** The managed cache policy CachingOptimized. */
export const optimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';

/** An engine with a distribution `Front`. */
export interface Running extends AsyncDisposable {
  readonly engine: Engine;
  readonly url: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly notices: readonly string[];
  /** Deploys other resources in place of these. */
  change(Resources: Properties): Promise<void>;
  put(key: string, text: string, contentType?: string): Promise<void>;
}

export async function start(Resources: Properties, outputs: Properties = {}): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), 's3m-cloudfront-'));
  writeFileSync(
    join(directory, 'system.json'),
    JSON.stringify({ Resources, Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])) }),
  );
  const notices: string[] = [];
  const engine = await startEngine({
    directory,
    template: 'system.json',
    ports: { aws: 0, site: 0, api: 0 },
    onEvent: (event) => void (event.event === 'problem' && notices.push(event.message)),
  });
  return {
    engine,
    url: engine.describe().endpoints.sites['Front'] ?? '',
    outputs: Object.values(engine.describe().stacks)[0]?.outputs ?? {},
    notices,
    change: async (next) => {
      writeFileSync(join(directory, 'system.json'), JSON.stringify({ Resources: next }));
      await engine.update();
    },
    put: async (key, text, contentType = 'text/html') => {
      const bucket = engine.account.directory.find('bucket', 'site')!;
      await bucket.put({ key, body: Buffer.from(text), contentType, systemMetadata: {}, userMetadata: {} });
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As the CDK emits `S3BucketOrigin.withOriginAccessControl`. */
export const bucket: Properties = {
  Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site' } },
  Control: {
    Type: 'AWS::CloudFront::OriginAccessControl',
    Properties: {
      OriginAccessControlConfig: { Name: 'c', OriginAccessControlOriginType: 's3', SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    },
  },
};
export const siteOrigin: Properties = {
  Id: 'site',
  DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] },
  OriginAccessControlId: { 'Fn::GetAtt': ['Control', 'Id'] },
  S3OriginConfig: { OriginAccessIdentity: '' },
};

export function policyFor(principal: Properties, condition?: Properties): Properties {
  const statement = { Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' };
  return {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Site' },
      PolicyDocument: { Version: '2012-10-17', Statement: [condition === undefined ? statement : { ...statement, Condition: condition }] },
    },
  };
}

export const forFront: Properties = policyFor(
  { Service: 'cloudfront.amazonaws.com' },
  {
    StringEquals: {
      'AWS:SourceArn': { 'Fn::Join': ['', ['arn:aws:cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/', { Ref: 'Front' }]] },
    },
  },
);

export function front(config: Properties): Properties {
  return {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        Enabled: true,
        DefaultRootObject: 'index.html',
        HttpVersion: 'http2',
        IPV6Enabled: true,
        Origins: [siteOrigin],
        DefaultCacheBehavior: {
          TargetOriginId: 'site',
          CachePolicyId: optimized,
          Compress: true,
          ViewerProtocolPolicy: 'redirect-to-https',
        },
        ...config,
      },
    },
  };
}
