import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { readBody } from '../../capabilities/bucket.ts';
import { ResourceFailure, type ResourceContext } from '../resource-type.ts';
import { readZip, ZipProblem, type ZipEntry } from '../zip-archive.ts';

/** More than a bucket in memory should hold. */
const limit = 1_000_000_000;

/**
 * The files of one source of a BucketDeployment: a directory that the CDK staged, an archive it staged, or one in a bucket of this account (S3W-036).
 * @throws ResourceFailure
 */
export async function readSource(context: ResourceContext, bucket: string, key: string): Promise<ZipEntry[]> {
  const asset = context.findAsset(bucket, key);
  if (asset === undefined) {
    const object = context.account.directory.find('bucket', bucket)?.get(key);
    if (object !== undefined) return unpack(await readBody(object.body), `s3://${bucket}/${key}`);
    throw new ResourceFailure(`An error occurred (404) when calling the HeadObject operation: Key "${key}" does not exist`, {
      property: 'SourceObjectKeys',
      fix: `Neither the assembly's assets nor the buckets of this account hold s3://${bucket}/${key}: synthesize the app again`,
    });
  }
  const kind = await stat(asset.path).catch((error: unknown) => {
    throw new ResourceFailure(`The asset ${asset.path} cannot be read`, { fix: 'Synthesize the app again', cause: error });
  });
  return kind.isDirectory() ? readDirectory(asset.path) : unpack(await readFile(asset.path), asset.path);
}

async function readDirectory(directory: string): Promise<ZipEntry[]> {
  const names = await readdir(directory, { recursive: true });
  const entries = await Promise.all(
    names.toSorted().map(async (name) => {
      const path = join(directory, name);
      return (await stat(path)).isFile() ? { name: name.split(sep).join('/'), content: await readFile(path) } : undefined;
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

function unpack(archive: Buffer, where: string): ZipEntry[] {
  try {
    return readZip(archive, limit);
  } catch (error) {
    if (!(error instanceof ZipProblem)) throw error;
    throw new ResourceFailure(`Cannot unpack ${where}: ${error.message}`, { property: 'SourceObjectKeys', cause: error });
  }
}
