/** Names that differ between the host name of an AWS API and its VPC endpoint service. */
const RENAMED: Readonly<Record<string, string>> = { 'api.ecr': 'ecr.api', 'dkr.ecr': 'ecr.dkr' };

/**
 * The VPC endpoint service that answers for a host: `logs.us-east-1.amazonaws.com` -> `com.amazonaws.us-east-1.logs`,
 * `000000000000.dkr.ecr.us-east-1.amazonaws.com` -> `com.amazonaws.us-east-1.ecr.dkr`, `bucket.s3.us-east-1.amazonaws.com` ->
 * `com.amazonaws.us-east-1.s3` (VPC-022). Undefined for a host that is no regional AWS API.
 */
export function endpointServiceOf(host: string): string | undefined {
  const match = /^(.+)\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/.exec(host.toLowerCase());
  if (match === null) return undefined;
  const [, labels = '', region = ''] = match;
  const parts = labels.split('.');
  const last = parts.at(-1) ?? '';
  if (last === 's3' || last === 'dynamodb') return `com.amazonaws.${region}.${last}`;
  const pair = parts.slice(-2).join('.');
  return `com.amazonaws.${region}.${RENAMED[pair] ?? last}`;
}
