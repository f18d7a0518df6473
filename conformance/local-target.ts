import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineFailure, up, type App } from '../packages/s3m/src/index.ts';
import { openEchoBackend } from './echo-backend.ts';
import type { Credentials } from '../packages/authorizer/src/signature-v4.ts';
import { signedHeaders } from './signed-headers.ts';
import { StackFailure, type RunningStack, type StackRequest, type Target } from './target.ts';

/** Runs each case in an engine of its own, in this process, on free ports. */
export async function openLocalTarget(): Promise<Target> {
  const backend = await openEchoBackend();
  // Making one for each case would take longer than all else.
  const issuerKey = JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }));
  return {
    name: 'local',
    region: 'us-east-1',
    accountId: '000000000000',
    partition: 'aws',
    supplies: {
      BackendUrl: backend.url,
      DomainName: 'api.conformance.example',
      CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555',
    },
    deploy: (request) => deployLocally(request, issuerKey),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

async function deployLocally({ template, parameters, passive }: StackRequest, issuerKey: string): Promise<RunningStack> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 's3m-case-')));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    mkdirSync(join(directory, '.s3m'), { mode: 0o700 });
    writeFileSync(join(directory, '.s3m', 'issuer-key.json'), issuerKey, { mode: 0o600 });
    writeFileSync(join(directory, 'template.json'), JSON.stringify(template));
    const app = await up({
      directory,
      template: 'template.json',
      parameters,
      accept: passive,
      ports: { aws: 0, api: 0, site: 0, domain: 0 },
      timeScale: 0.02,
    });
    return describeStack(app, remove);
  } catch (error) {
    remove();
    if (!(error instanceof EngineFailure)) throw error;
    throw new StackFailure(error.problems, undefined, { cause: error });
  }
}

function describeStack(app: App, remove: () => void): RunningStack {
  const { stacks, endpoints } = app.describe();
  const [stack] = Object.values(stacks);
  return {
    outputs: texts(stack?.outputs ?? {}),
    reachable: texts(stack?.localOutputs ?? {}),
    // Straight into the store: what a case looks at is how objects are read.
    async putObject({ bucket, key, body, contentType, websiteRedirectLocation: redirect }) {
      const store = app.account.directory.find('bucket', bucket);
      if (store === undefined) throw new Error(`there is no bucket ${bucket}`);
      const systemMetadata = redirect === undefined ? {} : { 'x-amz-website-redirect-location': redirect };
      await store.put({ key, body: Buffer.from(body), contentType, systemMetadata, userMetadata: {} });
    },
    service: (name) => ({
      url: endpoints.aws,
      sign: (method, url, body) =>
        signedHeaders({
          method,
          url,
          body,
          service: name,
          region: 'us-east-1',
          credentials: developerOf(app),
        }),
    }),
    async [Symbol.asyncDispose]() {
      await app.close();
      remove();
    },
  };
}

/** The administrator's, as `s3m exec` hands them on. */
function developerOf({ account: { developer } }: App): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = developer;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function texts(outputs: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)]));
}
