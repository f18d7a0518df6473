import type { Assembly, AssemblyImage } from '../template/assembly.ts';
import type { Account } from '../services/account.ts';
import type { FileAsset } from '../services/resource-type.ts';
import type { FindAsset } from './resource-factory.ts';

/**
 * Makes the assembly's Docker assets known under the URI that task definitions name (CFN-055), and answers how file assets are found by
 * bucket and key (CFN-054). Images of earlier assemblies stay known: tasks may still run from them.
 */
export function provideAssets(account: Account, assembly: Assembly): FindAsset {
  for (const image of assembly.images) {
    const uri = uriOf(account, image);
    if (account.directory.find('image', uri) !== undefined) continue;
    const { tag, displayName, directory, dockerFile, target, buildArgs, platform } = image;
    account.directory.provide('image', uri, {
      kind: 'docker-asset',
      uri,
      hash: tag,
      ...(displayName === undefined ? {} : { name: displayName }),
      directory,
      dockerFile,
      buildArgs,
      ...(target === undefined ? {} : { target }),
      ...(platform === undefined ? {} : { platform }),
    });
  }
  const files = new Map<string, FileAsset>(
    assembly.files.map(({ bucket, key, path, packaging, hash }) => [
      `${fill(account, bucket)}/${fill(account, key)}`,
      { path, packaging, hash },
    ]),
  );
  return (bucket, key) => files.get(`${bucket}/${key}`);
}

/** How task definitions name the images that the assembly builds (CFN-055, ECR-022). */
export function assetUris(account: Account, assembly: Assembly): readonly string[] {
  return assembly.images.map((image) => uriOf(account, image));
}

function uriOf(account: Account, { repository, tag }: AssemblyImage): string {
  return `${account.id}.dkr.ecr.${account.region}.${account.urlSuffix}/${fill(account, repository)}:${fill(account, tag)}`;
}

/** CFN-054 */
function fill({ id, region, partition, urlSuffix }: Account, text: string): string {
  return text
    .replaceAll('${AWS::AccountId}', id)
    .replaceAll('${AWS::Region}', region)
    .replaceAll('${AWS::Partition}', partition)
    .replaceAll('${AWS::URLSuffix}', urlSuffix);
}
