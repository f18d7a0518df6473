import { readFile } from 'node:fs/promises';
import { TemplateError, type StackTemplate, type Template } from './assembly.ts';
import { checkShape } from './check-shape.ts';
import { parseTemplate } from './parse-template.ts';

/** CFN-007: the largest template body that CloudFormation takes from S3. */
const largestBody = 1_000_000;

/**
 * Reads one template file and checks its form.
 * @param options.trusted written by a program (CDK), see {@link parseTemplate}
 * @throws TemplateError
 */
export async function readTemplateFile(
  file: string,
  stack: Omit<StackTemplate, 'file' | 'template' | 'locate'>,
  options: { readonly trusted: boolean },
): Promise<StackTemplate> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TemplateError([unreadable(file, error)]);
  });
  if (Buffer.byteLength(text) > largestBody) {
    throw new TemplateError([
      { code: 'ValidationError', message: `Template may not exceed ${largestBody} bytes in size.`, stack: stack.name, location: { file } },
    ]);
  }
  const parsed = await parseTemplate(text, file, options);
  const problems = checkShape(parsed.value, parsed.locate, stack.name);
  if (problems.length > 0) throw new TemplateError(problems);
  // The shape was just checked: Resources is an object of objects with a Type.
  return { ...stack, file, template: parsed.value as unknown as Template, locate: parsed.locate };
}

function unreadable(file: string, error: NodeJS.ErrnoException): TemplateError['problems'][number] {
  if (error.code === 'ENOENT') {
    return {
      code: 'TemplateNotFound',
      message: `There is no file ${file}`,
      location: { file },
      fix: 'Give a template file or a cdk.out directory',
    };
  }
  return { code: 'TemplateNotReadable', message: `Cannot read ${file}: ${error.message}`, location: { file } };
}
