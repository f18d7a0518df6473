/** Options of `aws s3 sync` that become headers of the object; the others (storage class, encryption) do not show in a reader's answer. */
const headers: Readonly<Record<string, string>> = {
  'cache-control': 'cache-control',
  'content-disposition': 'content-disposition',
  'content-encoding': 'content-encoding',
  'content-language': 'content-language',
  expires: 'expires',
  'website-redirect': 'x-amz-website-redirect-location',
};

/** Reads `SystemMetadata` of a BucketDeployment, whose names are options of `aws s3 sync` (S3W-034). */
export function readSystemMetadata(metadata: Readonly<Record<string, string>>): {
  readonly contentType: string | undefined;
  readonly systemMetadata: Readonly<Record<string, string>>;
} {
  const options = lowerCaseKeys(metadata);
  return {
    contentType: options['content-type'],
    systemMetadata: Object.fromEntries(
      Object.entries(options).flatMap(([name, value]) => (Object.hasOwn(headers, name) ? [[headers[name]!, value]] : [])),
    ),
  };
}

export function lowerCaseKeys(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name.toLowerCase(), value]));
}
