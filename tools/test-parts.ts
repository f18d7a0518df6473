import { spawnSync } from 'node:child_process';
import { probeDocker } from '../packages/s3m/src/containers/probe-docker.ts';
import { findAwsCli, howToGetAwsCli } from './aws-cli.ts';

/** What some tests want and a bare machine lacks. */
export type Part = 'docker' | 'chromium' | 'aws-cli';

/** The parts that are missing here, each with why and how to get it. */
export async function missingParts(): Promise<ReadonlyMap<Part, string>> {
  const missing = new Map<Part, string>();
  const docker = await probeDocker();
  if (!docker.available) missing.set('docker', `${docker.why} ${docker.fix} (Debian: apt-get install docker.io)`);
  if (spawnSync('chromium', ['--version'], { stdio: 'ignore' }).status !== 0)
    missing.set('chromium', 'there is no chromium; Debian: apt-get install chromium');
  if (findAwsCli() === undefined) missing.set('aws-cli', `there is no AWS CLI that is new enough; ${howToGetAwsCli}`);
  return missing;
}
