import { zonesOf } from './target-environment.ts';

/** What an app asked of an AWS account and nobody has answered yet, as its assembly's manifest has it (CFN-050). */
export interface MissingLookup {
  readonly key: string;
  readonly provider: string;
  readonly region: string | undefined;
}

export function readMissingLookups(manifest: unknown): readonly MissingLookup[] {
  const missing: unknown = isRecord(manifest) ? manifest['missing'] : undefined;
  return (Array.isArray(missing) ? missing : []).filter(isRecord).map(({ key, provider, props }) => ({
    key: typeof key === 'string' ? key : '?',
    provider: typeof provider === 'string' ? provider : '?',
    region: isRecord(props) && typeof props['region'] === 'string' ? props['region'] : undefined,
  }));
}

/** The answers to lookups of availability zones, as context: a stack whose `env` is given asks for them, and they are the same for all. */
export function zoneContext(missing: readonly MissingLookup[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    missing.flatMap(({ key, provider, region }) =>
      provider === 'availability-zones' && region !== undefined ? [[key, zonesOf(region)]] : [],
    ),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
