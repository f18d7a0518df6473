import { entriesOf, isUnresolved } from '../../known-value.ts';
import type { Finding, Value } from '../../resource-type.ts';
import { compileJsonPath, JsonPathProblem } from '../../../vtl/json-path.ts';
import { compileTemplate, type Template } from '../../../vtl/compile-template.ts';
import { VtlFailure, VtlSyntaxProblem } from '../../../vtl/vtl-problem.ts';
import { configurationError, invalidJsonBody, Refused } from '../failures.ts';
import { invalid, unsupported } from '../finding.ts';
import { BodyNotJson, type JsonDocument } from './json-document.ts';
import type { MappingPass } from './mapping-pass.ts';

/** AG-356, in characters. */
const maxTemplate = 300 * 1024;

/** A mapping template of an integration, compiled at deployment. */
export class MappingTemplate {
  readonly mediaType: string;
  readonly #phase: 'request' | 'response';
  readonly #template: Template | undefined;
  readonly #problem: string;

  constructor(phase: 'request' | 'response', mediaType: string, text: string) {
    this.#phase = phase;
    this.mediaType = mediaType;
    let problem = '';
    try {
      this.#template = compileTemplate(text);
    } catch (error) {
      if (!(error instanceof VtlSyntaxProblem)) throw error;
      this.#template = undefined;
      problem = error.message;
    }
    this.#problem = problem;
  }

  /** The same text for each request; undefined when it depends on the request. */
  get constant(): string | undefined {
    return this.#template?.constant;
  }

  /** The text for a request, `$input` being `body`. One that cannot be compiled fails each time, as on AWS (AG-359). */
  render(pass: MappingPass, body: JsonDocument): string | Refused {
    if (this.#template === undefined) return this.#refuse(pass, this.#problem);
    try {
      return this.#template.render(pass.roots(body));
    } catch (error) {
      if (error instanceof BodyNotJson && this.#phase === 'request') {
        // AG-360
        return new Refused(
          invalidJsonBody(`Could not parse request body into json: ${error.message}`),
          `${this.#name}: the body is no JSON`,
        );
      }
      if (error instanceof BodyNotJson || error instanceof VtlFailure) return this.#refuse(pass, error.message);
      throw error;
    }
  }

  get #name(): string {
    return `The ${this.#phase} template for ${this.mediaType}`;
  }

  #refuse(pass: MappingPass, problem: string): Refused {
    pass.request.trace.logs.push(`Execution failed due to configuration error: Unable to transform ${this.#phase}`);
    return new Refused(configurationError, `${this.#name} failed: ${problem}`);
  }
}

export function compileTemplates(phase: 'request' | 'response', templates: Readonly<Record<string, string>>): readonly MappingTemplate[] {
  return Object.entries(templates).map(([mediaType, text]) => new MappingTemplate(phase, mediaType.toLowerCase(), text));
}

/** What is not simulated of a map of templates. One that is no VTL is accepted, as by AWS, and fails when it is used. */
export function checkTemplates(templates: Value | undefined, property: string): readonly Finding[] {
  return entriesOf(templates).flatMap(([mediaType, template]) =>
    typeof template === 'string' && !isUnresolved(template) ? checkTemplate(template, `${property}.${mediaType}`) : [],
  );
}

function checkTemplate(template: string, property: string): Finding[] {
  if (template.length > maxTemplate) return [invalid(property, `A mapping template has at most ${maxTemplate} bytes`)];
  const findings: Finding[] = [];
  try {
    compileTemplate(template);
  } catch (error) {
    if (!(error instanceof VtlSyntaxProblem)) throw error;
    if (error.kind === 'unsupported') findings.push(unsupported(property, `Mapping template, ${error.message}`));
  }
  for (const [, , path] of template.matchAll(/\$!?\{?input\.(?:json|path)\(\s*(["'])([^"'#]*)\1\s*\)/g)) {
    try {
      compileJsonPath(path!);
    } catch (error) {
      if (!(error instanceof JsonPathProblem)) throw error;
      findings.push(unsupported(property, error.message));
    }
  }
  return findings;
}
