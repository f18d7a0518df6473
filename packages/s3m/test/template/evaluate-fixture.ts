import assert from 'node:assert/strict';
import { TemplateError, type StackTemplate, type TemplateProblem } from '../../src/template/assembly.ts';
import { checkShape } from '../../src/template/check-shape.ts';
import { createEvaluation, type Evaluation, type EvaluationOptions } from '../../src/template/evaluation.ts';
import type { Json, JsonObject } from '../../src/template/json.ts';
import type { Lookup } from '../../src/template/lookup.ts';
import { isJsonTemplate, parseJsonTemplate } from '../../src/template/parse-json-template.ts';
import { parseYamlTemplate } from '../../src/template/parse-yaml-template.ts';
import type { ParsedTemplate } from '../../src/template/parsed-template.ts';

/** Like parseTemplate, at once. */
export function parseText(text: string, file: string): ParsedTemplate {
  return isJsonTemplate(text) ? parseJsonTemplate(text, file) : parseYamlTemplate(text, file);
}

/** A stack from a template's text or data. @throws TemplateError */
export function stackOf(template: string | object, name = 'TestStack'): StackTemplate {
  const text = typeof template === 'string' ? template : JSON.stringify(template, null, 2);
  const parsed = parseText(text, 'template.json');
  const problems = checkShape(parsed.value, parsed.locate, name);
  if (problems.length > 0) throw new TemplateError(problems);
  return {
    name,
    displayName: name,
    file: 'template.json',
    template: parsed.value as unknown as StackTemplate['template'],
    parameters: {},
    dependencies: [],
    locate: parsed.locate,
  };
}

export function evaluate(template: string | object, options: Partial<EvaluationOptions> & { readonly name?: string } = {}): Evaluation {
  const stack = options.stack ?? stackOf(template, options.name);
  return createEvaluation({
    pseudo: {
      accountId: '123456789012',
      region: 'eu-west-1',
      partition: 'aws',
      urlSuffix: 'amazonaws.com',
      stackName: stack.name,
      stackId: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${stack.name}/1`,
    },
    zones: (region) => ['a', 'b', 'c'].map((letter) => region + letter),
    ...options,
    stack,
  });
}

/** Resources that answer `NAME-id` to Ref and `NAME.Attribute-value` to GetAtt. */
export const echoLookup: Lookup = {
  ref: (logicalId) => `${logicalId}-id`,
  attribute: (logicalId, name) => `${logicalId}.${name}-value`,
  importValue: (name) => `imported ${name}`,
};

/** Resolves one value, as a property of a resource beside a resource `Other`. */
export function resolveValue(value: Json, sections: JsonObject = {}, options: Partial<EvaluationOptions> = {}): Json | undefined {
  const template = {
    ...sections,
    Resources: { Other: { Type: 'Test::Other' }, Main: { Type: 'Test::Main', Properties: { Value: value } } },
  };
  return evaluate(template, options).resolveProperties('Main', echoLookup)['Value'];
}

/** The problems that `work` throws. */
export function problemsOf(work: () => unknown): readonly TemplateProblem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
  return assert.fail('expected a TemplateError');
}

export function messagesOf(work: () => unknown): string[] {
  return problemsOf(work).map(({ message }) => message);
}
