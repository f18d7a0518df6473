import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { startEngine, type Engine } from '../../../src/engine/engine.ts';
import { openRoleSession } from '../../../src/services/role-session.ts';

/** An engine with a template, and clients of its S3. */
export interface RunningS3 extends AsyncDisposable {
  readonly engine: Engine;
  readonly url: string;
  readonly directory: string;
  /** What the engine said. */
  readonly notices: readonly string[];
  /** Of the administrator unless credentials are given. */
  client(configuration?: S3ClientConfig): S3Client;
  /** Of a session of a role of the template. */
  as(role: string): S3Client;
  /** A request without credentials. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export const nothingBlocked = {
  BlockPublicAcls: false,
  BlockPublicPolicy: false,
  IgnorePublicAcls: false,
  RestrictPublicBuckets: false,
};

/** A role of the account with an inline policy of these statements. */
export function roleWith(RoleName: string, ...statements: readonly object[]): object {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
  const Policies = statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: document(...statements) }];
  return { Type: 'AWS::IAM::Role', Properties: { RoleName, AssumeRolePolicyDocument: document(trust), Policies } };
}

export async function startS3(
  Resources: Readonly<Record<string, object>>,
  iam: 'enforce' | 'audit' = 'enforce',
  /** Where an engine before this one has kept everything, and this one leaves it. */
  home?: string,
): Promise<RunningS3> {
  const directory = home ?? mkdtempSync(join(tmpdir(), 's3m-s3-'));
  writeFileSync(join(directory, 'system.json'), JSON.stringify({ Resources }));
  const notices: string[] = [];
  const engine = await startEngine({
    directory,
    template: 'system.json',
    persist: home !== undefined,
    ports: { aws: 0, site: 0 },
    iam,
    onEvent: (event) => void (event.event === 'problem' && notices.push(event.message)),
  });
  const { account } = engine;
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN: sessionToken = '',
  } = account.developer;
  const clients: S3Client[] = [];
  const client = (configuration: S3ClientConfig = {}): S3Client => {
    const made = new S3Client({
      endpoint: account.endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
      ...configuration,
    });
    clients.push(made);
    return made;
  };
  return {
    engine,
    url: account.endpoint.url,
    directory,
    notices,
    client,
    as: (name) => {
      const role = account.directory.find('role', `arn:aws:iam::000000000000:role/${name}`)!;
      return client({ credentials: openRoleSession(account, role, { sessionName: 'me', durationMs: 3_600_000, policies: [] }) });
    },
    fetch: (path, init) => fetch(account.endpoint.url + path, init),
    async [Symbol.asyncDispose]() {
      for (const each of clients) each.destroy();
      await engine.close();
      if (home === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
