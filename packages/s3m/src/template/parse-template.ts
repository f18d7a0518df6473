import { isJsonTemplate, parseJsonTemplate } from './parse-json-template.ts';
import type { ParsedTemplate } from './parsed-template.ts';

/**
 * Reads a template in JSON or YAML.
 * @param options.trusted see {@link parseJsonTemplate}
 * @throws TemplateError
 */
export async function parseTemplate(text: string, file: string, options: { readonly trusted?: boolean } = {}): Promise<ParsedTemplate> {
  if (isJsonTemplate(text)) return parseJsonTemplate(text, file, options);
  // Only now, since the CDK writes JSON and the library costs a start more than reading a template does.
  const { parseYamlTemplate } = await import('./parse-yaml-template.ts');
  return parseYamlTemplate(text, file);
}
