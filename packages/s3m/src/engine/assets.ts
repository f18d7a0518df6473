import type { Assembly } from '../template/assembly.ts';
import type { Account } from '../services/account.ts';
import type { FileAsset } from '../services/resource-type.ts';
import type { FindAsset } from './resource-factory.ts';

/**
 * Makes the assembly's Docker assets known under the URI that task definitions name (CFN-055), and answers how file assets are found by
 * bucket and key (CFN-054). Images of earlier assemblies stay known: tasks may still run from them.
 */
export function provideAssets(account: Account, assembly: Assembly): FindAsset {
  const fill = (text: string): string =>
    text
      .replaceAll('${AWS::AccountId}', account.id)
      .replaceAll('${AWS::Region}', account.region)
      .replaceAll('${AWS::Partition}', account.partition)
      .replaceAll('${AWS::URLSuffix}', account.urlSuffix);
  for (const { repository, tag, displayName, directory, dockerFile, target, buildArgs, platform } of assembly.images) {
    const uri = `${account.id}.dkr.ecr.${account.region}.${account.urlSuffix}/${fill(repository)}:${fill(tag)}`;
    if (account.directory.find('image', uri) !== undefined) continue;
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
    assembly.files.map(({ bucket, key, path, packaging, hash }) => [`${fill(bucket)}/${fill(key)}`, { path, packaging, hash }]),
  );
  return (bucket, key) => files.get(`${bucket}/${key}`);
}
