import type { Template } from './assembly.ts';
import { evaluateCondition } from './condition-functions.ts';
import { FunctionFailure, within } from './function-failure.ts';
import { isJsonObject, type Json } from './json.ts';
import { usesLanguageExtensions } from './language-extensions.ts';
import type { Lookup } from './lookup.ts';
import { isPseudoParameter, pseudoValue, type PseudoParameters } from './pseudo-parameters.ts';
import { resolveFunctions } from './resolve.ts';
import type { Scope } from './scope.ts';

export interface TemplateScopeOptions {
  readonly template: Template;
  readonly pseudo: PseudoParameters;
  readonly parameters: ReadonlyMap<string, Json>;
  readonly zones: (region: string) => readonly string[];
  /** Absent where no resource may be named: conditions, rules, collections of loops. */
  readonly lookup?: Lookup;
}

/** What the functions of one template may ask for. */
export function createTemplateScope({ template, pseudo, parameters, zones, lookup }: TemplateScopeOptions): Scope {
  const conditions = new Map<string, boolean>();

  function resources(name: string): Lookup {
    if (lookup !== undefined && Object.hasOwn(template.Resources, name)) return lookup;
    throw new FunctionFailure(`Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`);
  }

  const scope: Scope = {
    resolve: (value) => resolveFunctions(value, scope),
    ref(name) {
      const parameter = parameters.get(name);
      if (parameter !== undefined) return parameter;
      return isPseudoParameter(name) ? pseudoValue(name, pseudo) : resources(name).ref(name);
    },
    attribute: (logicalId, name) => resources(logicalId).attribute(logicalId, name),
    importValue(name) {
      if (lookup === undefined) throw new FunctionFailure('Template error: Cannot use Fn::ImportValue in Conditions.');
      return lookup.importValue(name);
    },
    condition(name) {
      const known = conditions.get(name);
      if (known !== undefined) return known;
      const definition = template.Conditions?.[name];
      if (definition === undefined) throw new FunctionFailure(`Template error: unresolved condition dependency ${name} in Fn::If`); // CFN-022
      const value = within(name, () => evaluateCondition(definition as Json, scope));
      conditions.set(name, value);
      return value;
    },
    mapping(name) {
      const { Mappings: mappings = {} } = template;
      const mapping = Object.hasOwn(mappings, name) ? mappings[name] : undefined;
      return isJsonObject(mapping) ? mapping : undefined;
    },
    zones,
    region: pseudo.region,
    languageExtensions: usesLanguageExtensions(template),
  };
  return scope;
}
