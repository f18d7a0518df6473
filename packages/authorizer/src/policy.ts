import type { StageArn } from './authorizer-event.ts';
import { Route } from './route.ts';

/** What the authorizer answers (AG-127). */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: '2012-10-17';
    readonly Statement: readonly [
      { readonly Effect: 'Allow' | 'Deny'; readonly Action: 'execute-api:Invoke'; readonly Resource: readonly string[] },
    ];
  };
  /** For integrations: `context.authorizer.subject`, and `context.authorizer.roles`, a JSON array of strings in ASCII. */
  readonly context: { readonly subject: string; readonly roles: string };
}

/** AG-149 */
const longestResource = 512;

/**
 * The policy for a caller: all routes that it may call, so that it is right for whichever request it is cached for (AG-112).
 * Nobody's policy is silent (T4): a caller without any route is denied the whole API.
 */
export function toPolicy(
  caller: { readonly subject: string; readonly roles: readonly string[] },
  routes: readonly Route[],
  at: StageArn,
): AuthorizerResult {
  const resources = new Set<string>();
  for (const route of routes) {
    if (!(route instanceof Route)) throw new TypeError('The rule must answer a list of routes, made with route`GET /path`');
    for (const resource of route.toResources()) {
      const arn = `${at.api}/${at.stage}/${resource}`;
      if (arn.length > longestResource)
        throw new RangeError(
          `The route "${route.method} ${route.path}" makes an ARN of ${arn.length} characters; API Gateway takes ${longestResource}`,
        );
      resources.add(arn);
    }
  }
  const allowed = resources.size > 0;
  return {
    principalId: caller.subject,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: allowed ? 'Allow' : 'Deny',
          Action: 'execute-api:Invoke',
          Resource: allowed ? [...resources] : [`${at.api}/*`],
        },
      ],
    },
    context: { subject: caller.subject, roles: toAscii(JSON.stringify(caller.roles)) },
  };
}

/** JSON that can be a header's value: JSON.stringify escapes control characters, this the rest that isn't ASCII (T32). */
function toAscii(json: string): string {
  return json.replaceAll(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
