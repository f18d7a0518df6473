import type { PropertyReader } from '../property-reader.ts';

/** Where a rule sends a request. What it leaves out stays as it was asked for. */
export interface Redirect {
  readonly hostName?: string;
  readonly protocol?: string;
  readonly status: number;
  readonly replaceKeyWith?: string;
  /** Takes the place of the prefix that the rule asks for; may be empty. */
  readonly replaceKeyPrefixWith?: string;
}

/** A routing rule of a website; both conditions must hold. */
export interface RoutingRule {
  /** Of the key as it is asked for, without an index document. */
  readonly keyPrefix?: string;
  /** The status that would be answered otherwise. */
  readonly errorCode?: number;
  readonly redirect: Redirect;
}

/**
 * The first rule for a key (S3W-015). Rules about an error count only once there is one: `status` is undefined before the object is looked up.
 */
export function findRoutingRule(rules: readonly RoutingRule[], key: string, status: number | undefined): RoutingRule | undefined {
  return rules.find(({ keyPrefix = '', errorCode }) => errorCode === status && key.startsWith(keyPrefix));
}

/** The absolute URL that a rule sends `key` to (S3W-014); `host` is the one that was asked. */
export function redirectLocation({ keyPrefix = '', redirect }: RoutingRule, key: string, host: string): string {
  const { protocol = 'http', hostName = host, replaceKeyWith, replaceKeyPrefixWith } = redirect;
  return `${protocol}://${hostName}/${newKey()}`;

  function newKey(): string {
    if (replaceKeyWith !== undefined) return headerSafe(replaceKeyWith);
    if (replaceKeyPrefixWith !== undefined) return headerSafe(replaceKeyPrefixWith) + encodeKey(key.slice(keyPrefix.length));
    return encodeKey(key);
  }
}

export function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

/** What stands in the template goes out as it stands (`#!/` is a common one), but for what no header may hold. */
function headerSafe(text: string): string {
  return text.replaceAll(/[^\u0021-\u007E]/gu, encodeURIComponent);
}

export function readRoutingRules(website: PropertyReader): readonly RoutingRule[] {
  return website.objects('RoutingRules').map((rule) => {
    const condition = rule.object('RoutingRuleCondition');
    const redirect = rule.object('RedirectRule');
    return {
      ...optional('keyPrefix', condition?.optionalString('KeyPrefixEquals')),
      ...optional('errorCode', condition?.optionalInteger('HttpErrorCodeReturnedEquals')),
      redirect: {
        status: redirect?.optionalInteger('HttpRedirectCode') ?? 301,
        ...optional('hostName', redirect?.optionalString('HostName')),
        ...optional('protocol', redirect?.optionalString('Protocol')),
        ...optional('replaceKeyWith', redirect?.optionalString('ReplaceKeyWith')),
        ...optional('replaceKeyPrefixWith', redirect?.optionalString('ReplaceKeyPrefixWith')),
      },
    };
  });
}

function optional<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]: T });
}

const mostRules = 50;

/** What S3 says about routing rules (S3W-016, S3W-017); undefined when they are good. The text about their number is ours. */
export function routingRulesProblem(website: PropertyReader): string | undefined {
  const rules = website.objects('RoutingRules');
  if (rules.length > mostRules)
    return `${rules.length} routing rules are given, the number of routing rules in a website configuration is limited to ${mostRules}.`;
  for (const rule of rules) {
    const condition = rule.object('RoutingRuleCondition');
    const redirect = rule.object('RedirectRule');
    if (redirect?.has('ReplaceKeyWith') === true && redirect.has('ReplaceKeyPrefixWith'))
      return 'You can only define ReplaceKeyPrefix or ReplaceKey but not both.';
    if (condition !== undefined && !condition.has('KeyPrefixEquals') && !condition.has('HttpErrorCodeReturnedEquals'))
      return "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.";
    const protocol = redirect?.optionalString('Protocol');
    if (protocol !== undefined && !isProtocol(protocol)) return invalidProtocol;
  }
  return undefined;
}

export const invalidProtocol =
  'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.';

export function isProtocol(protocol: string): boolean {
  return protocol === 'http' || protocol === 'https';
}
