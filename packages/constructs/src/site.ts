import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { core, logs, s3, s3Deployment } from './cdk.ts';
import { ensureSiteBuilt, type SiteBuild } from './site-build.ts';

export type { SiteBuild } from './site-build.ts';

/** The static front end. */
export interface SiteProps {
  /** Folder with the built front end: `index.html` and what belongs to it. */
  readonly directory: string;
  /** How to build it when its sources have changed. Default: it is built already. */
  readonly build?: SiteBuild;
}

/** The front end: a bucket that serves a website, and its content. */
export class Site extends Construct {
  readonly bucket: Bucket;
  /** What a browser sends as `Origin`, and the site's address: no slash at the end. */
  readonly origin: string;
  readonly #props: SiteProps;

  constructor(scope: Construct, id: string, props: SiteProps) {
    super(scope, id);
    this.#props = props;
    this.bucket = new s3.Bucket(this, 'Bucket', {
      websiteIndexDocument: 'index.html',
      // A path that only the page's own router knows.
      websiteErrorDocument: 'index.html',
      publicReadAccess: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ACLS_ONLY,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: core.RemovalPolicy.DESTROY,
    });
    this.origin = this.bucket.bucketWebsiteUrl;
  }

  /** Puts the built front end and `config.json` into the bucket. `config` may hold values that are known only when deploying. */
  deploy(config: Readonly<Record<string, unknown>>): void {
    ensureSiteBuilt(this.#props.directory, this.#props.build);
    new s3Deployment.BucketDeployment(this, 'Content', {
      destinationBucket: this.bucket,
      sources: [s3Deployment.Source.asset(this.#props.directory), s3Deployment.Source.jsonData('config.json', config)],
      // Browsers ask whether a file has changed, so that a deployment shows at once.
      cacheControl: [s3Deployment.CacheControl.noCache()],
      // The stack owns the content: without it the bucket can't be deleted with the stack.
      retainOnDelete: false,
      logGroup: new logs.LogGroup(this, 'DeploymentLogs', {
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: core.RemovalPolicy.DESTROY,
      }),
    });
  }
}
