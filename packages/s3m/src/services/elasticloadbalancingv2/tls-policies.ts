/** Names of the protocols that each policy negotiates, the preferred one first (ELBv2 API, AlpnPolicy). */
export const alpnPolicies: Readonly<Record<string, readonly string[]>> = {
  None: [],
  HTTP1Only: ['http/1.1', 'http/1.0'],
  HTTP2Only: ['h2'],
  HTTP2Optional: ['http/1.1', 'http/1.0', 'h2'],
  HTTP2Preferred: ['h2', 'http/1.1', 'http/1.0'],
};

type Version = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** The versions that a policy's name tells; the older policies take all up to 1.2 (ELBv2 API, SslPolicy). */
const policyVersions: readonly (readonly [pattern: RegExp, from: Version, to: Version])[] = [
  [/^ELBSecurityPolicy-TLS13-1-3-/, 'TLSv1.3', 'TLSv1.3'],
  [/^ELBSecurityPolicy-TLS13-1-2-/, 'TLSv1.2', 'TLSv1.3'],
  [/^ELBSecurityPolicy-TLS13-1-1-/, 'TLSv1.1', 'TLSv1.3'],
  [/^ELBSecurityPolicy-TLS13-1-0-/, 'TLSv1', 'TLSv1.3'],
  [/^ELBSecurityPolicy-(?:TLS|FS)-1-2-/, 'TLSv1.2', 'TLSv1.2'],
  [/^ELBSecurityPolicy-(?:TLS|FS)-1-1-/, 'TLSv1.1', 'TLSv1.2'],
  [/^ELBSecurityPolicy-(?:FS-2018-06|2016-08|2015-05|TLS-1-0-2015-04)$/, 'TLSv1', 'TLSv1.2'],
];
/** Where a template names none. */
export const usualPolicy = 'ELBSecurityPolicy-2016-08';

/** The oldest and the newest version; undefined for a name that is none of a policy. */
export function versionsOf(policy: string): readonly [Version, Version] | undefined {
  const found = policyVersions.find(([pattern]) => pattern.test(policy));
  return found === undefined ? undefined : [found[1], found[2]];
}
