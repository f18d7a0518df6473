/** `arn:aws:s3:::settings/app.env`; both are empty when it is no ARN of an object. */
export function parseObjectArn(arn: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^arn:[^:]*:s3:::([^/]+)\/(.+)$/.exec(arn) ?? [];
  return { bucket, key };
}
