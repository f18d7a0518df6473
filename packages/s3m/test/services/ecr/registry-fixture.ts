import { createHash, randomBytes } from 'node:crypto';
import type { CredentialsOwner } from '../../../src/capabilities/credentials.ts';
import { provideRegistry } from '../../../src/services/ecr/provide-registry.ts';
import { readApiSettings } from '../../../src/services/ecr/api/repository-input.ts';
import type { EcrRegistry } from '../../../src/services/ecr/ecr-registry.ts';
import type { LiveRepository } from '../../../src/services/ecr/images/live-repository.ts';
import { registryOf } from '../../../src/services/ecr/registry-of.ts';
import { fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';

export interface RegistryBench extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly registry: EcrRegistry;
  /** `team/weather` */
  readonly repository: LiveRepository;
  /** As Docker sends it. */
  authorization(owner?: CredentialsOwner): string;
  /** A request below `/v2/`, by an administrator unless the headers say otherwise. */
  ask(method: string, path: string, options?: AskOptions): Promise<RegistryAnswer>;
  /** Pushes a blob in one request. Answers its digest. */
  pushBlob(content: Buffer | string, repository?: string): Promise<string>;
  /** Pushes an image of one layer. Answers its digest. */
  pushImage(tag: string, layer?: string): Promise<string>;
}

interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Code and message of the first error. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export const administrator: CredentialsOwner = {
  arn: 'arn:aws:iam::000000000000:user/developer',
  accountId: '000000000000',
  userId: 'AIDATEST',
  administrator: true,
};

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/** A registry on a real port with one repository. */
export async function registryBench(
  settings: Readonly<Record<string, unknown>> = {},
  options: FakeAccountOptions = {},
): Promise<RegistryBench> {
  const account = await fakeAccount({ ...options, sockets: true });
  provideRegistry(account);
  const registry = registryOf(account);
  const repository = registry.create('team/weather', readApiSettings(settings), 'api');
  const authorization = (owner = administrator): string =>
    `Basic ${Buffer.from(`AWS:${registry.tokens.issue(owner).password}`).toString('base64')}`;
  const own = authorization();
  const ask: RegistryBench['ask'] = async (method, path, { headers = {}, body } = {}) => {
    const answer = await fetch(path.startsWith('http') ? path : `${account.endpoint.url}${path}`, {
      method,
      headers: { authorization: own, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text, error: firstError(text) };
  };
  const pushBlob: RegistryBench['pushBlob'] = async (content, name = repository.name) => {
    const digest = sha256(content);
    const { status, body } = await ask('POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, { body: content });
    if (status !== 201) throw new Error(`pushing a blob: ${status} ${body}`);
    return digest;
  };
  return {
    account,
    registry,
    repository,
    authorization,
    ask,
    pushBlob,
    pushImage: async (tag, layer = randomBytes(16).toString('hex')) => {
      await pushBlob('{}');
      await pushBlob(layer);
      const manifest = manifestOf('{}', [layer]);
      const pushed = await ask('PUT', `/v2/${repository.name}/manifests/${tag}`, {
        body: manifest,
        headers: { 'content-type': OCI_MANIFEST },
      });
      if (pushed.status !== 201) throw new Error(`pushing an image: ${pushed.status} ${pushed.body}`);
      return sha256(manifest);
    },
    [Symbol.asyncDispose]: () => account[Symbol.asyncDispose](),
  };
}

export function sha256(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function manifestOf(config: string, layers: readonly string[], more: object = {}): string {
  const part = (content: string, mediaType: string): object => ({ mediaType, digest: sha256(content), size: Buffer.byteLength(content) });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: part(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => part(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')),
    ...more,
  });
}

function firstError(text: string): RegistryAnswer['error'] {
  try {
    return (JSON.parse(text) as { readonly errors?: readonly NonNullable<RegistryAnswer['error']>[] }).errors?.[0];
  } catch {
    return undefined;
  }
}
