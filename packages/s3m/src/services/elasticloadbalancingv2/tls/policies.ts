/** Names of the protocols that each policy negotiates, the preferred one first (ELBv2 API, AlpnPolicy). */
export const alpnPolicies: Readonly<Record<string, readonly string[]>> = {
  None: [],
  HTTP1Only: ['http/1.1', 'http/1.0'],
  HTTP2Only: ['h2'],
  HTTP2Optional: ['http/1.1', 'http/1.0', 'h2'],
  HTTP2Preferred: ['h2', 'http/1.1', 'http/1.0'],
};

type Version = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** The policies that there are, and their versions; the older ones take all up to 1.2 (ELB guide, "Security policies"). */
const policyVersions: readonly (readonly [names: RegExp, from: Version, to: Version])[] = [
  [/^TLS13-1-3-(?:2021-06|FIPS-2023-04|(?:FIPS-)?PQ-2025-09)$/, 'TLSv1.3', 'TLSv1.3'],
  [
    /^TLS13-1-2-(?:(?:Res-|Ext1-|Ext2-)?(?:2021-06|PQ-2025-09)|(?:Res-|Ext0-|Ext1-|Ext2-)?FIPS-(?:2023-04|PQ-2025-09))$/,
    'TLSv1.2',
    'TLSv1.3',
  ],
  [/^TLS13-1-1-(?:2021-06|FIPS-2023-04)$/, 'TLSv1.1', 'TLSv1.3'],
  [/^TLS13-1-0-(?:2021-06|FIPS-2023-04|(?:FIPS-)?PQ-2025-09)$/, 'TLSv1', 'TLSv1.3'],
  [/^(?:TLS-1-2-(?:2017-01|Ext-2018-06)|FS-1-2-(?:2019-08|Res-2019-08|Res-2020-10))$/, 'TLSv1.2', 'TLSv1.2'],
  [/^(?:TLS-1-1-2017-01|FS-1-1-2019-08)$/, 'TLSv1.1', 'TLSv1.2'],
  [/^(?:FS-2018-06|2016-08|2015-05|TLS-1-0-2015-04)$/, 'TLSv1', 'TLSv1.2'],
];
const prefix = 'ELBSecurityPolicy-';
/** Where a template names none. */
export const usualPolicy: string = `${prefix}2016-08`;

/** The oldest and the newest version; undefined for a name that is none of a policy. */
export function versionsOf(policy: string): readonly [Version, Version] | undefined {
  if (!policy.startsWith(prefix)) return undefined;
  const found = policyVersions.find(([names]) => names.test(policy.slice(prefix.length)));
  return found === undefined ? undefined : [found[1], found[2]];
}
