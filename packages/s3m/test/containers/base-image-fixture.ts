import Docker from 'dockerode';
import { probeDocker } from '../../src/containers/probe-docker.ts';
import { importImage, programFiles } from '../../src/containers/relay-image.ts';
import type { TarEntry } from '../../src/containers/tar-archive.ts';

/** Name of the base image in the Dockerfiles of these tests. */
export const BASE_IMAGE = 's3m-test-base:node';

/** The Docker engine of this machine, or undefined: then tests that need it are not run. */
export async function dockerEngine(): Promise<Docker | undefined> {
  const probe = await probeDocker();
  return probe.available ? new Docker({ socketPath: probe.socket }) : undefined;
}

/** Makes a base image of the Node that runs, a shell and a user `node`, because nothing can be pulled in tests. */
export async function ensureBaseImage(docker: Docker): Promise<void> {
  const known = await docker
    .getImage(BASE_IMAGE)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (known) return;
  const programs = await Promise.all([
    programFiles(process.execPath, '/usr/local/bin/node'),
    programFiles('/bin/sh'),
    programFiles('/bin/touch'),
  ]);
  const passwords = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\n';
  const entries: readonly TarEntry[] = [
    { kind: 'directory', path: 'tmp' },
    { kind: 'text', path: 'etc/passwd', text: passwords },
    { kind: 'text', path: 'etc/group', text: 'root:x:0:\nnode:x:1000:\n' },
    ...programs.flat(),
  ];
  await importImage(docker, BASE_IMAGE, [...new Map(entries.map((entry) => [entry.path, entry])).values()]);
}
