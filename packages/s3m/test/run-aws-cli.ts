import { execFile } from 'node:child_process';
import { findAwsCli, howToGetAwsCli } from '../../../tools/aws-cli.ts';

/** What a run of the AWS CLI gave. */
export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `aws` with `args` against an engine, as `s3m exec` would: `variables` are endpoint, region and credentials. Nothing of the caller's own
 * configuration counts.
 */
export function runAwsCli(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<CliResult> {
  const command = findAwsCli();
  if (command === undefined) throw new Error(`There is no AWS CLI: ${howToGetAwsCli}`);
  const { PATH = '', HOME = '', PYENV_VERSION } = process.env;
  const env = {
    PATH,
    HOME,
    ...(PYENV_VERSION === undefined ? {} : { PYENV_VERSION }),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    ...variables,
  };
  return new Promise((resolve) => {
    execFile(command, args, { env, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error?.code;
      resolve({ status: error === null ? 0 : typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}
