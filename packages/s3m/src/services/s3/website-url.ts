/** Regions whose website host is written with a dash before the region; all later ones have a dot (S3W-001). */
const dashRegions = new Set([
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'eu-west-1',
  'sa-east-1',
  'us-gov-west-1',
]);

/** `http://BUCKET.s3-website-us-east-1.amazonaws.com`, without a slash at the end (S3W-024, CFN-042). */
export function websiteUrl(bucket: string, region: string, urlSuffix: string): string {
  return `http://${bucket}.s3-website${dashRegions.has(region) ? '-' : '.'}${region}.${urlSuffix}`;
}
