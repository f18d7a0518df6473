import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { TemplateError, type Assembly } from './assembly.ts';
import { readCloudAssembly } from './cloud-assembly.ts';
import { readTemplateFile } from './template-file.ts';

/**
 * Reads an application: a CDK cloud assembly (a `cdk.out` directory) or one CloudFormation template in JSON or YAML.
 * All that is wrong with the form of the templates is told at once.
 * @throws TemplateError
 */
export async function readAssembly(path: string): Promise<Assembly> {
  const absolute = resolve(path);
  const kind = await stat(absolute).catch(() => undefined);
  if (kind === undefined) {
    throw new TemplateError([
      {
        code: 'TemplateNotFound',
        message: `There is no file or directory ${absolute}`,
        location: { file: absolute },
        fix: 'Give a template file or a cdk.out directory',
      },
    ]);
  }
  if (kind.isDirectory()) return readCloudAssembly(absolute);
  const name = stackNameOf(absolute);
  const stack = await readTemplateFile(absolute, { name, displayName: name, parameters: {}, dependencies: [] }, { trusted: false });
  return { directory: dirname(absolute), stacks: [stack], files: [], images: [] };
}

/** A stack name from a file name: `my_site.template.yaml` -> `my-site` (CFN-007). */
function stackNameOf(file: string): string {
  const words = basename(file)
    .replace(/\.(json|ya?ml|template)$/i, '')
    .replace(/\.template$/i, '')
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^[^a-zA-Z]+/, '')
    .replace(/-+$/, '');
  return words === '' ? 'stack' : words.slice(0, 128);
}
