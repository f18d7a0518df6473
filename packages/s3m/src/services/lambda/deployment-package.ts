import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type ResourceContext } from '../resource-type.ts';
import { unzip, UnzipFailure } from './unzip.ts';

/** Code or a layer's content, unpacked. */
export interface DeploymentPackage {
  /** Absolute path. */
  readonly directory: string;
  /** Changes when the content may have changed. */
  readonly hash: string;
}

/**
 * Finds the content that `Code` of a function or `Content` of a layer names: a file asset by bucket and key, inline text, or, in a
 * template that is not packaged yet, a path relative to it.
 * @throws ResourceFailure
 */
export function findPackage(context: ResourceContext, property: 'Code' | 'Content'): DeploymentPackage {
  const value = context.properties[property];
  if (typeof value === 'string') return packageAt(context, context.resolvePath(value), property);
  const code = new PropertyReader(context.properties).object(property);
  const inline = code?.optionalString('ZipFile');
  if (inline !== undefined) return inlinePackage(context, inline);
  if (code === undefined || !code.has('S3Bucket')) {
    throw new ResourceFailure('Please provide a source for function code.', {
      property,
      fix: `Give ${property} a path relative to the template, ZipFile, or S3Bucket and S3Key of a CDK asset.`,
    });
  }
  const bucket = code.string('S3Bucket');
  const key = code.string('S3Key');
  const asset = context.findAsset(bucket, key);
  if (asset === undefined) {
    // LMB-009
    throw new ResourceFailure(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
      {
        property: `${property}.S3Key`,
        fix: `s3://${bucket}/${key} is no file asset of this assembly. Use Code.fromAsset in CDK, or a path relative to the template.`,
      },
    );
  }
  return statSync(asset.path).isDirectory()
    ? { directory: asset.path, hash: asset.hash }
    : unpacked(context, readFileSync(asset.path), asset.hash, property);
}

function packageAt(context: ResourceContext, path: string, property: string): DeploymentPackage {
  const stats = existsSync(path) ? statSync(path) : undefined;
  if (stats === undefined) {
    throw new ResourceFailure(`${property} is "${String(context.properties[property])}", and there is no ${path}`, {
      property,
      fix: 'Correct the path; it is relative to the template.',
    });
  }
  // A folder that is being worked on: its content may change at any time.
  if (stats.isDirectory()) return { directory: path, hash: randomUUID() };
  const content = readFileSync(path);
  const hash = createHash('sha256').update(content).digest('hex');
  return path.endsWith('.zip') ? unpacked(context, content, hash, property) : written(context, basename(path), content, hash);
}

/** Inline code becomes `index.js`. */
function inlinePackage(context: ResourceContext, text: string): DeploymentPackage {
  const content = Buffer.from(text);
  return written(context, 'index.js', content, createHash('sha256').update(content).digest('hex'));
}

function written(context: InAccount, name: string, content: Buffer, hash: string): DeploymentPackage {
  return prepared(context, createHash('sha256').update(`${name}\n${hash}`).digest('hex'), (directory) => {
    writeFileSync(join(directory, name), content);
  });
}

/** Unpacks an archive that somebody uploaded. @throws ResourceFailure (LMB-006) */
export function unpackArchive(account: Account, archive: Buffer): DeploymentPackage {
  return unpacked({ account }, archive, createHash('sha256').update(archive).digest('hex'), 'Code');
}

type InAccount = Pick<ResourceContext, 'account'>;

function unpacked(context: InAccount, archive: Buffer, hash: string, property: string): DeploymentPackage {
  try {
    return prepared(context, hash, (directory) => unzip(archive, directory));
  } catch (error) {
    if (error instanceof UnzipFailure) throw new ResourceFailure(error.message, { property, cause: error });
    throw error;
  }
}

/** Fills `functions/HASH` of the state directory, unless it is there from an earlier start. It appears complete or not at all. */
function prepared(context: InAccount, hash: string, fill: (directory: string) => void): DeploymentPackage {
  const directory = join(context.account.stateDirectory, 'functions', hash);
  if (existsSync(directory)) return { directory, hash };
  let unfinished: string | undefined;
  try {
    mkdirSync(dirname(directory), { recursive: true });
    unfinished = mkdtempSync(`${directory}-`);
    fill(unfinished);
    renameSync(unfinished, directory);
  } catch (error) {
    if (unfinished !== undefined) rmSync(unfinished, { recursive: true, force: true });
    // Another resource with the same content may have been faster.
    if (existsSync(directory)) return { directory, hash };
    if (error instanceof UnzipFailure) throw error;
    throw new ResourceFailure(`Cannot write the code to ${directory}: ${error instanceof Error ? error.message : String(error)}`, {
      fix: 'Make room on the disk, or make the folder writable.',
      cause: error,
    });
  }
  return { directory, hash };
}
