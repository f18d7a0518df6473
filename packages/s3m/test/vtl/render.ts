import { compileTemplate } from '../../src/vtl/compile-template.ts';
import type { JavaValue } from '../../src/vtl/java-value.ts';
import { readJson } from '../../src/vtl/read-json.ts';

/** Renders a template that finds the members of a JSON object as variables. */
export function render(template: string, variables: string = '{}'): string {
  const values = new Map(Object.entries(JSON.parse(variables) as object).map(([name, value]) => [name, readJson(JSON.stringify(value))]));
  return compileTemplate(template).render((name): JavaValue => values.get(name));
}
