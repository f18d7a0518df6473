import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type * as esbuildModule from 'esbuild';
import type { AssetCode } from 'aws-cdk-lib/aws-lambda';
import { lambda } from './cdk.ts';

const require = createRequire(import.meta.url);

/** Gives `use` the code of the function whose source is `entry`, bundled into one ES module `index.mjs`. Same source, same bytes. */
export function bundleAuthorizer<T>(entry: string, target: string, use: (code: AssetCode) => T): T {
  const source = resolve(entry);
  if (!existsSync(source)) throw new Error(`There is no authorizer at ${source}. Write it there, or give S3m another authorizer.entry.`);
  const directory = mkdtempSync(join(tmpdir(), 's3m-authorizer-'));
  try {
    bundle(source, join(directory, 'index.mjs'), target);
    return use(lambda.Code.fromAsset(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function bundle(source: string, outfile: string, target: string): void {
  const esbuild: typeof esbuildModule = require('esbuild');
  try {
    esbuild.buildSync({
      entryPoints: [source],
      outfile,
      absWorkingDir: dirname(source),
      bundle: true,
      minify: true,
      sourcemap: false,
      legalComments: 'none',
      format: 'esm',
      platform: 'node',
      target,
      logLevel: 'silent',
    });
  } catch (error) {
    throw new Error(`The authorizer ${source} does not compile: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
