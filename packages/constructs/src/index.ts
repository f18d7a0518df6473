export { S3m } from './s3m.ts';
export type { AuthorizerProps, S3mProps } from './s3m.ts';
export { S3mService } from './service.ts';
export type { ServiceProps } from './service.ts';
export type { SiteBuild, SiteProps } from './site.ts';
