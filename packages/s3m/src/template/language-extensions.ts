import type { Template, TemplateProblem } from './assembly.ts';

const supported = 'AWS::LanguageExtensions';

/** Whether the template says `Transform: AWS::LanguageExtensions`. */
export function usesLanguageExtensions(template: Template): boolean {
  return transforms(template).includes(supported);
}

/** Transforms that this engine cannot run: macros, SAM, includes. */
export function unsupportedTransforms(template: Template): Pick<TemplateProblem, 'code' | 'message' | 'fix'>[] {
  return transforms(template)
    .filter((name) => name !== supported)
    .map((name) => ({
      code: 'UnsupportedTransform',
      message: `Transform ${name} is not supported: it would be run by CloudFormation in the account`,
      fix: `Give the template that the transform makes; of all transforms only ${supported} works here`,
    }));
}

function transforms(template: Template): string[] {
  const { Transform: transform } = template;
  if (transform === undefined) return [];
  return (Array.isArray(transform) ? transform : [transform]).map((one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one)));
}
