import { askEngine } from '../engine/control-client.ts';
import { stateDirectoryOf } from '../engine/project.ts';
import type { TokenRequest } from '../engine/mint-token.ts';
import { exitCode } from './exit-code.ts';
import { positiveFlag, textFlag } from './read-flags.ts';
import type { Invocation, Verb } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

export const token: Verb = {
  name: 'token',
  summary: 'print a token for the running system',
  usage: '[--admin | --user NAME | --role ROLE | --pool NAME | --aws | --registry] [flags]',
  details: `Roles come from the roles table, never from the token.

      --admin              a seeded administrator
      --user NAME          a seeded subject by name
      --role ROLE          a throw-away subject that gets this role in the table
      --claims JSON        further claims; they replace those of the same name
      --expired            a token that expired an hour ago
      --lifetime SECONDS   how long it is valid (3600)
      --hs256 SECRET       signed with a shared secret, as the article's hand-made token
      --json               {"token", "subject", "roles"} instead of the bare token

Of a user pool (AWS::Cognito::UserPool) of the template:
      --pool NAME          logical id or id of the pool; an ID token of --user (local-user)
      --client NAME        logical id or id of the client, where the pool has several
      --access             an access token, with the client's own scopes
      --scopes LIST        an access token with these scopes, blanks between them
      --groups LIST        groups of the user, commas between them

Of the account:
      --aws                the administrator's credentials, endpoint and region, for a shell to take in;
                           with --json for credential_process of an AWS profile

Of the image registry (AWS::ECR::Repository):
      --registry           the password of the user AWS for docker login, for twelve hours

Without --admin, --user, --role, --pool, --aws and --registry: the first seeded subject that is no administrator.`,
  examples: [
    ['curl -H "Authorization: Bearer $(s3m token --admin)" http://127.0.0.1:3000/prod/values', 'call as an administrator'],
    ['s3m token --pool Users --user ann --scopes "shop/read shop/write"', 'an access token of a user pool'],
    ['eval "$(s3m token --aws)"; aws dynamodb list-tables', 'call the AWS endpoint from a shell'],
    ['s3m token --registry | docker login --username AWS --password-stdin 127.0.0.1:4566', 'let Docker push images'],
    ['s3m token --role auditor --claims \'{"tenant":"blue"}\'', 'a role and a claim of your own'],
  ],
  options: {
    admin: { type: 'boolean' },
    user: { type: 'string' },
    role: { type: 'string' },
    claims: { type: 'string' },
    expired: { type: 'boolean' },
    lifetime: { type: 'string' },
    hs256: { type: 'string' },
    json: { type: 'boolean' },
    pool: { type: 'string' },
    client: { type: 'string' },
    access: { type: 'boolean' },
    scopes: { type: 'string' },
    groups: { type: 'string' },
    registry: { type: 'boolean' },
    aws: { type: 'boolean' },
  },
  run: async (invocation) => {
    if (invocation.flags['registry'] === true) return printRegistryPassword(invocation);
    if (invocation.flags['aws'] === true) return printCredentials(invocation);
    const minted = await askEngine(stateDirectoryOf(invocation.directory), 'token', readTokenRequest(invocation.flags));
    for (const notice of minted.notices) process.stderr.write(`note: ${notice}\n`);
    const { token: text, subject, roles } = minted;
    process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify({ token: text, subject, roles })}\n` : `${text}\n`);
    return exitCode.done;
  },
};

async function printRegistryPassword({ flags, directory }: Invocation): Promise<number> {
  checkAlone(flags, 'registry');
  const login = await askEngine(stateDirectoryOf(directory), 'registry-login');
  process.stdout.write(flags['json'] === true ? `${JSON.stringify(login)}\n` : `${login.password}\n`);
  return exitCode.done;
}

/** As a shell takes them in, or as AWS's tools read the answer of a `credential_process`. */
async function printCredentials({ flags, directory }: Invocation): Promise<number> {
  checkAlone(flags, 'aws');
  const variables = await askEngine(stateDirectoryOf(directory), 'environment');
  if (flags['json'] === true) {
    const [AccessKeyId, SecretAccessKey, SessionToken] = credentialNames.map((name) => variables[name]);
    process.stdout.write(`${JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, SessionToken })}\n`);
  } else {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_DEFAULT_REGION', ...credentialNames])
      process.stdout.write(`export ${name}='${variables[name]}'\n`);
  }
  return exitCode.done;
}

const credentialNames = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

function checkAlone(flags: Invocation['flags'], flag: string): void {
  const other = Object.keys(flags).find((name) => name !== flag && name !== 'json' && Object.hasOwn(token.options, name));
  if (other !== undefined) throw new WrongUsage(`--${flag} goes without --${other}`, 'token');
}

function readTokenRequest(flags: Invocation['flags']): TokenRequest {
  const user = textFlag(flags, 'user');
  const role = textFlag(flags, 'role');
  const secret = textFlag(flags, 'hs256');
  const lifetimeSeconds = positiveFlag(flags, 'lifetime');
  const claims = readClaims(textFlag(flags, 'claims'));
  if (flags['admin'] === true && (user !== undefined || role !== undefined))
    throw new WrongUsage('--admin goes alone, without --user and --role', 'token');
  const pool = readPool(flags);
  if (pool !== undefined && (flags['admin'] === true || role !== undefined || secret !== undefined))
    throw new WrongUsage('--pool goes without --admin, --role and --hs256', 'token');
  return {
    ...(flags['admin'] === true ? { admin: true } : {}),
    ...(user === undefined ? {} : { user }),
    ...(role === undefined ? {} : { role }),
    ...(claims === undefined ? {} : { claims }),
    ...(flags['expired'] === true ? { expired: true } : {}),
    ...(pool === undefined ? {} : { pool }),
    ...(secret === undefined ? {} : { hs256Secret: secret }),
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
  };
}

function readPool(flags: Invocation['flags']): TokenRequest['pool'] {
  const pool = textFlag(flags, 'pool');
  const client = textFlag(flags, 'client');
  const scopes = textFlag(flags, 'scopes');
  const groups = textFlag(flags, 'groups');
  const access = flags['access'] === true || scopes !== undefined;
  if (pool === undefined) {
    if (client !== undefined || access || groups !== undefined)
      throw new WrongUsage('--client, --access, --scopes and --groups go with --pool', 'token');
    return undefined;
  }
  return {
    pool,
    ...(client === undefined ? {} : { client }),
    ...(access ? { access: scopes === undefined ? {} : { scopes: scopes.split(/[\s,]+/).filter((scope) => scope !== '') } } : {}),
    ...(groups === undefined ? {} : { groups: groups.split(',').filter((group) => group !== '') }),
  };
}

function readClaims(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new WrongUsage(`--claims ${text}: expected a JSON object, for example {"tenant":"blue"}`, 'token');
}
