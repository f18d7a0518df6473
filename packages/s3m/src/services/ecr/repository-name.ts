/** What ECR's API says a repository's name must match (ECR-002). */
const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;

/** ECR-002: 2 to 256 lower-case letters, digits, and `. _ - /` between them, beginning with a letter. */
export function isRepositoryName(name: string): boolean {
  return NAME.test(name) && /^[a-z]/.test(name) && name.length >= 2 && name.length <= 256;
}

export const invalidRepositoryName = `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''`;

/** `sha256:` and 64 hex digits; ECR takes no other algorithm. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** OCI distribution specification, "Pulling manifests". */
export function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text);
}
