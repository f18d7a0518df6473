import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  TemplateError,
  type Assembly,
  type AssemblyFile,
  type AssemblyImage,
  type StackTemplate,
  type TemplateProblem,
} from './assembly.ts';
import { readAssetManifest } from './asset-manifest.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from './json.ts';
import { readTemplateFile } from './template-file.ts';

interface Found {
  readonly stacks: StackTemplate[];
  readonly files: AssemblyFile[];
  readonly images: AssemblyImage[];
  readonly problems: TemplateProblem[];
}

/**
 * Reads a CDK cloud assembly (CFN-050 to CFN-056): its stacks, those of nested assemblies (stages), and its assets.
 * Any manifest version is accepted: versions rise with each CDK release, and only members that have stayed the same are read.
 * @throws TemplateError with the problems of all templates
 */
export async function readCloudAssembly(directory: string): Promise<Assembly> {
  const found: Found = { stacks: [], files: [], images: [], problems: [] };
  await readInto(found, directory);
  if (found.problems.length === 0 && found.stacks.length === 0) {
    found.problems.push({
      code: 'NoStacks',
      message: `The cloud assembly ${directory} holds no stack`,
      location: { file: join(directory, 'manifest.json') },
      fix: 'Create at least one Stack in the CDK app and synthesize it again',
    });
  }
  if (found.problems.length > 0) throw new TemplateError(found.problems);
  return { directory, stacks: found.stacks, files: found.files, images: found.images };
}

async function readInto(found: Found, directory: string): Promise<void> {
  const artifacts = await readArtifacts(directory);
  const stackNames = new Map<string, string>();
  for (const [id, artifact] of artifacts) {
    if (artifact['type'] === 'aws:cloudformation:stack') stackNames.set(id, text(properties(artifact)['stackName']) ?? id);
  }
  // Read together, added in the manifest's order.
  const parts = await Promise.all(artifacts.map(([id, artifact]) => readArtifact(id, artifact, directory, stackNames)));
  for (const part of parts) {
    found.stacks.push(...part.stacks);
    found.files.push(...part.files);
    found.images.push(...part.images);
    found.problems.push(...part.problems);
  }
}

async function readArtifact(id: string, artifact: JsonObject, directory: string, stackNames: ReadonlyMap<string, string>): Promise<Found> {
  const part: Found = { stacks: [], files: [], images: [], problems: [] };
  try {
    if (artifact['type'] === 'aws:cloudformation:stack') {
      part.stacks.push(await readStack(id, artifact, directory, stackNames));
      part.problems.push(...(await synthesisErrors(stackNames.get(id)!, artifact, directory)));
    } else if (artifact['type'] === 'cdk:asset-manifest') {
      const assets = await readAssetManifest(join(directory, text(properties(artifact)['file']) ?? `${id}.json`));
      part.files.push(...assets.files);
      part.images.push(...assets.images);
    } else if (artifact['type'] === 'cdk:cloud-assembly') {
      await readInto(part, resolve(directory, text(properties(artifact)['directoryName']) ?? id));
    }
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    part.problems.push(...error.problems);
  }
  return part;
}

async function readArtifacts(directory: string): Promise<(readonly [string, JsonObject])[]> {
  const file = join(directory, 'manifest.json');
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) {
    throw new TemplateError([
      {
        code: 'NotAnAssembly',
        message: `${directory} is not a CDK cloud assembly: it has no manifest.json`,
        location: { file: directory },
        fix: 'Give the directory that "cdk synth" writes (cdk.out by default), or a template file',
      },
    ]);
  }
  const artifacts = parseManifest(content, file)['artifacts'];
  return isJsonObject(artifacts) ? Object.entries(artifacts).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])) : [];
}

function parseManifest(content: string, file: string): JsonObject {
  let manifest: unknown;
  try {
    manifest = JSON.parse(content);
  } catch (error) {
    throw new TemplateError([
      {
        code: 'NotAnAssembly',
        message: `${file} is not JSON: ${(error as Error).message}`,
        location: { file },
        fix: 'Synthesize the app again',
      },
    ]);
  }
  if (isJsonObject(manifest)) return manifest;
  throw new TemplateError([
    { code: 'NotAnAssembly', message: `${file} is not an object`, location: { file }, fix: 'Synthesize the app again' },
  ]);
}

async function readStack(
  id: string,
  artifact: JsonObject,
  directory: string,
  stackNames: ReadonlyMap<string, string>,
): Promise<StackTemplate> {
  const { templateFile, parameters } = properties(artifact);
  const dependencies = isJsonArray(artifact['dependencies']) ? artifact['dependencies'] : [];
  return readTemplateFile(
    join(directory, text(templateFile) ?? `${id}.template.json`),
    {
      name: stackNames.get(id)!,
      displayName: text(artifact['displayName']) ?? id,
      environment: environmentOf(artifact),
      parameters: isJsonObject(parameters)
        ? Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
        : {},
      dependencies: dependencies.map((dependency) => stackNames.get(String(dependency))).filter((name) => name !== undefined),
    },
    { trusted: true },
  );
}

/** Of `aws://ACCOUNT/REGION`; `unknown-account` and `unknown-region` leave it to the caller (CFN-051). */
function environmentOf(artifact: JsonObject): NonNullable<StackTemplate['environment']> {
  const [, account, region] =
    /^aws:\/\/(?:unknown-account|(\d{12}))\/(?:unknown-region|([a-z0-9-]+))$/.exec(text(artifact['environment']) ?? '') ?? [];
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
}

/** `Annotations.of(x).addError(...)`: the CDK CLI refuses to deploy such a stack, and so do we (CFN-058). */
async function synthesisErrors(stack: string, artifact: JsonObject, directory: string): Promise<TemplateProblem[]> {
  const file = text(artifact['additionalMetadataFile']);
  const metadata: unknown =
    file === undefined ? artifact['metadata'] : JSON.parse(await readFile(join(directory, file), 'utf8').catch(() => '{}'));
  if (!isJsonObject(metadata)) return [];
  return Object.entries(metadata).flatMap(([path, entries]) =>
    (isJsonArray(entries) ? entries : [])
      .filter((entry): entry is JsonObject => isJsonObject(entry) && entry['type'] === 'aws:cdk:error')
      .map((entry) => ({ code: 'SynthesisError', message: `[${path}] ${String(entry['data'])}`, stack })),
  );
}

function properties(artifact: JsonObject): JsonObject {
  return isJsonObject(artifact['properties']) ? artifact['properties'] : {};
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
