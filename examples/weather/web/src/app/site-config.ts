/** What `config.json` says: written when the system is deployed, so that one build serves every deployment. */
export interface SiteConfig {
  /** The API with its stage, without a slash at the end. */
  readonly apiUrl: string;
  readonly issuer: string;
}

export async function loadSiteConfig(): Promise<SiteConfig> {
  const response = await fetch('config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`config.json answered ${response.status}`);
  const value: unknown = await response.json();
  if (typeof value !== 'object' || value === null || !('apiUrl' in value) || !('issuer' in value))
    throw new Error('config.json lacks apiUrl or issuer');
  return { apiUrl: String(value.apiUrl).replace(/\/+$/, ''), issuer: String(value.issuer) };
}

/** Whether tokens come from an issuer on this machine, which hands them out without a login. */
export function isLocalIssuer(issuer: string): boolean {
  return URL.canParse(issuer) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(issuer).hostname);
}

/** Tokens of a seeded administrator and of an ordinary user. Only the local issuer has this address, and only this site may read it. */
export async function loadLocalTokens(issuer: string): Promise<{ readonly admin: string; readonly user: string }> {
  const response = await fetch(`${issuer}/local-tokens`, { cache: 'no-store' });
  if (!response.ok) throw new Error(`the local issuer answered ${response.status}`);
  return (await response.json()) as { admin: string; user: string };
}
