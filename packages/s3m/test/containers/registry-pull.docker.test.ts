import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import {
  administrator,
  manifestOf,
  OCI_INDEX,
  OCI_MANIFEST,
  registryBench,
  sha256,
  type RegistryBench,
} from '../services/ecr/registry-fixture.ts';
import { dockerEngine } from './base-image-fixture.ts';
import { container, taskOf, temporaryDirectory } from './task-fixture.ts';

const docker = await dockerEngine();
const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64';
const own = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Pushes an image of an empty layer for a processor. Answers the manifest's digest and size. */
async function pushFor(bench: RegistryBench, architecture: string): Promise<{ readonly digest: string; readonly size: number }> {
  const tar = Buffer.alloc(1024);
  const layer = gzipSync(tar);
  const config = JSON.stringify({ architecture, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [sha256(tar)] } });
  await bench.pushBlob(layer);
  await bench.pushBlob(config);
  const manifest = JSON.stringify({
    ...(JSON.parse(manifestOf(config, [])) as object),
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: sha256(layer), size: layer.length }],
  });
  return push(bench, 'single', manifest, OCI_MANIFEST);
}

async function push(
  bench: RegistryBench,
  tag: string,
  manifest: string,
  type: string,
): Promise<{ readonly digest: string; readonly size: number }> {
  const { status, body } = await bench.ask('PUT', `/v2/team/weather/manifests/${tag}`, {
    body: manifest,
    headers: { 'content-type': type },
  });
  assert.equal(status, 201, body);
  return { digest: sha256(manifest), size: manifest.length };
}

/** What a task with the image fails with. */
async function failure(bench: RegistryBench, digest: string): Promise<{ readonly stoppedReason: string; readonly message: string }> {
  using temporary = temporaryDirectory();
  const runtime = await createDockerRuntime({ stateDirectory: join(temporary.path, '.s3m') });
  const pull = bench.registry.pull('team/weather', digest, administrator);
  const spec = {
    ...container(undefined, { image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/team/weather:1', command: ['true'] }),
    pull,
  };
  try {
    await runtime.start(taskOf([spec]));
  } catch (error) {
    return error as { readonly stoppedReason: string; readonly message: string };
  } finally {
    await runtime.close();
    await docker!
      .getImage(pull.reference)
      .remove({ force: true })
      .catch(() => {});
  }
  throw new Error('it started');
}

describe('An image of the registry that is made for another processor', { skip: docker === undefined && 'no Docker engine' }, () => {
  const reason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/${own}'`;

  test('alone fails with the reason, and the cure', async () => {
    await using bench = await registryBench({}, { clock: systemClock });
    const { stoppedReason, message } = await failure(bench, (await pushFor(bench, foreign)).digest);
    assert.equal(stoppedReason, reason);
    assert.match(message, new RegExp(`it is made for linux/${foreign}, and this Docker engine runs linux/${own}\\. Set runtimePlatform`));
  });

  test('in an index without this one fails with the reason', async () => {
    await using bench = await registryBench({}, { clock: systemClock });
    const child = await pushFor(bench, foreign);
    const manifests = [{ mediaType: OCI_MANIFEST, ...child, platform: { os: 'linux', architecture: foreign } }];
    const index = await push(bench, 'all', JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }), OCI_INDEX);
    assert.equal((await failure(bench, index.digest)).stoppedReason, reason);
  });

  test('fails in clear words when its layer is damaged on the disk', async () => {
    await using bench = await registryBench({}, { clock: systemClock });
    const { digest } = await pushFor(bench, own);
    const blobs = join(bench.account.stateDirectory, 'registry', 'blobs', 'sha256');
    for (const blob of bench.repository.get({ digest }).blobs.slice(1))
      writeFileSync(join(blobs, blob.digest.slice('sha256:'.length)), 'damaged');
    const { stoppedReason } = await failure(bench, digest);
    assert.match(
      stoppedReason,
      /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref 000000000000\.dkr\.ecr/,
    );
  });
});
