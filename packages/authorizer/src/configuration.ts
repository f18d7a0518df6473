import type { AuthorizerOptions } from './create-authorizer.ts';
import { parseSafeUrl } from './http-request.ts';
import { KeySet } from './key-set.ts';
import { findEndpoint, type RolesTable } from './roles-table.ts';
import { parseSharedSecret } from './shared-secret.ts';
import type { VerifierRules } from './token-verifier.ts';

export interface Configuration {
  readonly verifier: VerifierRules;
  readonly table: RolesTable;
}

type Environment = Readonly<Record<string, string | undefined>>;

const mostClockSkew = 60;

/** Options and environment, checked. @throws TypeError that says what is missing */
export function resolveConfiguration(options: AuthorizerOptions, environment: Environment, now: () => number): Configuration {
  const issuer = options.issuer ?? required(environment, 'JWT_ISSUER', 'the issuer of the tokens');
  parseSafeUrl(issuer, 'The issuer');
  if (options.jwksUri !== undefined) parseSafeUrl(options.jwksUri, 'jwksUri');
  const clockSkew = options.clockSkewSeconds ?? 30;
  if (!(clockSkew >= 0 && clockSkew <= mostClockSkew))
    throw new TypeError(`clockSkewSeconds is ${clockSkew}. Allowed: 0 to ${mostClockSkew}`);
  const region = required(environment, 'AWS_REGION', 'the region of the table');
  return {
    verifier: {
      issuer,
      audience: options.audience ?? required(environment, 'JWT_AUDIENCE', 'the audience of the tokens'),
      audienceClaim: options.audienceClaim ?? 'aud',
      tokenUse: options.tokenUse ?? 'access',
      clockSkew,
      keys: new KeySet({ issuer, ...(options.jwksUri === undefined ? {} : { jwksUri: options.jwksUri }) }, now),
      ...(options.hs256 === undefined ? {} : { sharedSecret: parseSharedSecret(options.hs256.secret) }),
    },
    table: {
      name: options.rolesTable?.name ?? required(environment, 'ROLES_TABLE_NAME', 'the table of roles'),
      subject: options.rolesTable?.subject ?? 'subject',
      roles: options.rolesTable?.roles ?? 'roles',
      region,
      endpoint: findEndpoint(environment, region),
      // Lambda's credentials, read when they are used.
      credentials: () => ({
        accessKeyId: required(environment, 'AWS_ACCESS_KEY_ID', 'credentials'),
        secretAccessKey: required(environment, 'AWS_SECRET_ACCESS_KEY', 'credentials'),
        ...(environment['AWS_SESSION_TOKEN'] === undefined ? {} : { sessionToken: environment['AWS_SESSION_TOKEN'] }),
      }),
    },
  };
}

function required(environment: Environment, name: string, what: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new TypeError(`The authorizer needs ${what}: variable ${name} is missing`);
  return value;
}
