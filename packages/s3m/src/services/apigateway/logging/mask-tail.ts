/** Values of these are never shown. */
export const credentialHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
]);

/** Stars for all but the last two characters, as AWS's execution log has it: `***ow` (AG-467). No more than 40 of them. */
export function maskTail(secret: string): string {
  if (secret.length <= 3) return '*'.repeat(secret.length);
  return '*'.repeat(Math.min(secret.length - 2, 40)) + secret.slice(-2);
}
