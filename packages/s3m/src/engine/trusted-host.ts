import { isIP } from 'node:net';

/**
 * Whether a Host header can't come from a page whose own name was made to resolve to this machine (DNS rebinding): addresses, names of this
 * machine or of a container network, and AWS's names, which a task may have been led here with.
 */
export function isTrustedHost(host: string): boolean {
  // SDKs put `stream-` before the host for CloudWatch Logs' live tail, whatever the endpoint is.
  const name = host
    .replace(/:\d+$/, '')
    .toLowerCase()
    .replace(/^stream(ing)?-/, '');
  if (isIP(name) === 4 || (name.startsWith('[') && name.endsWith(']') && isIP(name.slice(1, -1)) === 6)) return true;
  // The last is of APIs alone, whose own address answers for any name.
  return (
    /^[a-z0-9_-]+$/.test(name) || /\.localhost$|\.amazonaws\.com$/.test(name) || /\.execute-api\..*localhost\.localstack\.cloud$/.test(name)
  );
}
