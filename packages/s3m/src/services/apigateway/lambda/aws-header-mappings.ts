const prefix = 'integration.request.header.';

/** A mapping to one of these fails every call to an AWS service (AG-230 to AG-232, AG-908). */
const forbidden = new Set([
  'authorization',
  'connection',
  'content-length',
  'expect',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'x-amzn-apigateway-api-id',
  'x-amzn-trace-id',
]);

/** The first header that an integration with AWS maps though it may not; undefined when there is none. */
export function forbiddenMapping(parameters: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(parameters)
    .filter((target) => target.startsWith(prefix))
    .map((target) => target.slice(prefix.length))
    .find((name) => forbidden.has(name.toLowerCase()));
}
