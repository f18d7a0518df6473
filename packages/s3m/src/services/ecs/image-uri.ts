/** An image URI in parts. */
export interface ImageUri {
  readonly uri: string;
  readonly host: string;
  readonly repository: string;
  /** `latest` when the URI has neither tag nor digest. */
  readonly tag: string;
  readonly digest?: string;
}

/** `HOST/NAME[:TAG][@DIGEST]` (ECR-001); undefined for what names no host. */
export function parseImageUri(uri: string): ImageUri | undefined {
  const [, host = '', repository = '', tag = 'latest', digest] =
    /^([^/]+\.[^/]+)\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(uri) ?? [];
  if (repository === '') return undefined;
  return { uri, host, repository, tag, ...(digest === undefined ? {} : { digest }) };
}
