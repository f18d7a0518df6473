import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TemplateError, type AssemblyFile, type AssemblyImage, type TemplateProblem } from './assembly.ts';

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileEntry>>;
  readonly dockerImages?: Readonly<Record<string, ImageEntry>>;
}

interface FileEntry {
  readonly displayName?: string;
  readonly source: { readonly path?: string; readonly packaging?: string; readonly executable?: readonly string[] };
  readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>;
}

interface ImageEntry {
  readonly displayName?: string;
  readonly source: {
    readonly directory?: string;
    readonly dockerFile?: string;
    readonly dockerBuildTarget?: string;
    readonly dockerBuildArgs?: Readonly<Record<string, string>>;
    readonly platform?: string;
    readonly executable?: readonly string[];
  };
  readonly destinations: Readonly<Record<string, { readonly repositoryName: string; readonly imageTag: string }>>;
}

/**
 * Reads `<Stack>.assets.json` (CFN-053): each file and image at each of its destinations, the placeholders still in place (CFN-054).
 * @throws TemplateError for assets that only a command of the user could build
 */
export async function readAssetManifest(
  file: string,
): Promise<{ readonly files: readonly AssemblyFile[]; readonly images: readonly AssemblyImage[] }> {
  const directory = dirname(file);
  const manifest = await readManifest(file);
  const problems: TemplateProblem[] = [];
  const files: AssemblyFile[] = [];
  for (const [hash, { displayName, source, destinations }] of Object.entries(manifest.files ?? {})) {
    if (source.path === undefined) {
      problems.push(executableAsset(displayName ?? hash, file));
      continue;
    }
    for (const { bucketName, objectKey } of Object.values(destinations)) {
      const packaging = source.packaging === 'zip' ? 'zip' : 'file';
      files.push({ bucket: bucketName, key: objectKey, path: resolve(directory, source.path), packaging, hash });
    }
  }
  const images: AssemblyImage[] = [];
  for (const [hash, { displayName, source, destinations }] of Object.entries(manifest.dockerImages ?? {})) {
    if (source.directory === undefined) {
      problems.push(executableAsset(displayName ?? hash, file));
      continue;
    }
    for (const { repositoryName, imageTag } of Object.values(destinations)) {
      images.push({
        repository: repositoryName,
        tag: imageTag,
        ...(displayName === undefined ? {} : { displayName }),
        directory: resolve(directory, source.directory),
        dockerFile: source.dockerFile ?? 'Dockerfile',
        buildArgs: source.dockerBuildArgs ?? {},
        ...(source.dockerBuildTarget === undefined ? {} : { target: source.dockerBuildTarget }),
        ...(source.platform === undefined ? {} : { platform: source.platform }),
      });
    }
  }
  if (problems.length > 0) throw new TemplateError(problems);
  return { files, images };
}

async function readManifest(file: string): Promise<AssetManifest> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as AssetManifest;
  } catch (error) {
    throw new TemplateError([
      {
        code: 'NotAnAssembly',
        message: `Cannot read the asset manifest ${file}: ${(error as Error).message}`,
        location: { file },
        fix: 'Synthesize the app again',
      },
    ]);
  }
}

function executableAsset(name: string, file: string): TemplateProblem {
  return {
    code: 'UnsupportedAsset',
    message: `Asset "${name}" is made by an external command (source.executable), which is not run here`,
    location: { file },
    fix: 'Use an asset with a directory (Code.fromAsset, ContainerImage.fromAsset), built before synthesis if it needs a build',
  };
}
