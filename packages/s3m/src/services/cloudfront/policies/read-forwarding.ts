import type { PropertyReader } from '../../property-reader.ts';
import { all, except, none, only, type Forwarding, type Selection } from './forwarding.ts';

/** What a cache policy or an origin request policy takes: both are written alike. */
export function readForwarding(policy: PropertyReader | undefined): Forwarding {
  return {
    headers: readSelection(policy?.object('HeadersConfig'), 'Header', 'Headers', (name) => name.toLowerCase()),
    cookies: readSelection(policy?.object('CookiesConfig'), 'Cookie', 'Cookies'),
    query: readSelection(policy?.object('QueryStringsConfig'), 'QueryString', 'QueryStrings'),
  };
}

/** `ForwardedValues` of a behaviour, as before there were policies. */
export function readForwardedValues(values: PropertyReader): Forwarding {
  const headers = values.strings('Headers').map((name) => name.toLowerCase());
  const cookies = values.object('Cookies');
  const keys = values.strings('QueryStringCacheKeys');
  return {
    headers: headers.includes('*') ? all : only(...headers),
    cookies: readSelection(cookies, 'Forward', 'WhitelistedNames'),
    query: values.boolean('QueryString', false) || keys.length > 0 ? all : none,
  };
}

function readSelection(
  config: PropertyReader | undefined,
  kind: string,
  list: string,
  normal: (name: string) => string = (name) => name,
): Selection {
  const behaviour = config?.optionalString(kind === 'Forward' ? kind : `${kind}Behavior`) ?? 'none';
  const names = config?.strings(list).map(normal) ?? [];
  switch (behaviour) {
    case 'all':
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return all;
    case 'whitelist':
      return only(...names);
    case 'allExcept':
      return except(...names);
    default:
      return none;
  }
}
