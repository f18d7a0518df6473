import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How somebody who has no AWS CLI, or one that is too old, gets it. */
export const howToGetAwsCli =
  "run .ci/install-aws-cli, which puts it into ~/.cache/s3m/aws-cli from PyPI; Debian's knows no AWS_ENDPOINT_URL";

/** Where `.ci/install-aws-cli` puts it. */
const installed = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 's3m', 'aws-cli', 'bin', 'aws');

/** The command of an AWS CLI that knows AWS_ENDPOINT_URL (from 1.29 and 2.13 on); undefined when there is none on PATH or in the cache. */
export function findAwsCli(): string | undefined {
  if (existsSync(installed)) return installed;
  const { stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [, major, minor] = /^aws-cli\/(\d+)\.(\d+)\./.exec(stdout ?? '') ?? [];
  return Number(minor) >= (Number(major) === 1 ? 29 : 13) || Number(major) > 2 ? 'aws' : undefined;
}
