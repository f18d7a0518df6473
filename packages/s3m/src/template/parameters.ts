import type { TemplateProblem } from './assembly.ts';
import { isJsonObject, printedJson, type Json, type JsonObject } from './json.ts';
import { brokenConstraint } from './parameter-constraints.ts';
import { parameterValue, parseParameterType } from './parameter-types.ts';
import { unresolved } from './unresolved.ts';

export interface ParameterInputs {
  /** The template's Parameters section. */
  readonly declarations: Readonly<Record<string, unknown>>;
  /** What the caller gives; every name must be declared. */
  readonly given: Readonly<Record<string, string>>;
  /** What the assembly gives; the caller's values come first. */
  readonly assembly?: Readonly<Record<string, string>>;
  /** The value of a Systems Manager parameter, for types `AWS::SSM::Parameter::Value<...>`. */
  readonly systemsManager?: (name: string) => string | undefined;
}

export interface EvaluatedParameters {
  /** As `Ref` gives them: texts, and lists of texts; `unresolved:NAME` for one that `problems` tell of. */
  readonly values: ReadonlyMap<string, Json>;
  /** Parameters whose values must not be shown (`NoEcho`). */
  readonly secret: ReadonlySet<string>;
  readonly problems: readonly TemplateProblem[];
}

/** The CDK asks for its bootstrap stack's version (CFN-057). Nothing is bootstrapped here, and any version from 6 on will do. */
const bootstrapVersion = { name: /^\/cdk-bootstrap\/[^/]+\/version$/, value: '30' };

/** Gives every declared parameter its value: the caller's, else the assembly's, else the default (CFN-005). Never throws; see `problems`. */
export function evaluateParameters({ declarations, given, assembly = {}, systemsManager }: ParameterInputs): EvaluatedParameters {
  const values = new Map<string, Json>();
  const secret = new Set<string>();
  const problems: TemplateProblem[] = [];
  const missing: string[] = [];
  const report = (message: string, name: string, fix?: string): void => {
    problems.push({ code: 'ValidationError', message, property: `Parameters.${name}`, ...(fix === undefined ? {} : { fix }) });
  };

  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declarations, name));
  if (unknown.length > 0) {
    const known = Object.keys(declarations).filter((name) => name !== 'BootstrapVersion');
    report(
      `Parameters: [${unknown.join(', ')}] do not exist in the template`,
      unknown[0]!,
      known.length === 0 ? 'The template has no parameters' : `The template's parameters are ${known.join(', ')}`,
    );
  }

  for (const [name, raw] of Object.entries(declarations)) {
    values.set(name, unresolved(name));
    const declaration: JsonObject = isJsonObject(raw) ? raw : {};
    if (isTrue(declaration['NoEcho'])) secret.add(name);
    const type = parseParameterType(declaration['Type']);
    if (type === undefined) {
      const { Type: named } = declaration;
      report(
        named === undefined
          ? 'Template format error: Every Parameters object must contain a Type member.'
          : `Template format error: Unrecognized parameter type: ${printedJson(named)}`,
        name,
      );
      continue;
    }
    const text = given[name] ?? assembly[name] ?? defaultText(declaration['Default']);
    if (text === undefined) {
      missing.push(name);
      continue;
    }
    const broken = brokenConstraint(name, text, type.systemsManager ? { ...type, list: false, number: false } : type, declaration);
    if (broken !== undefined) {
      report(broken, name, valueReceived(secret.has(name) ? undefined : text, declaration));
      continue;
    }
    const stored = type.systemsManager ? (systemsManager?.(text) ?? bootstrapDefault(text)) : text;
    if (stored === undefined) {
      report(
        `Unable to fetch parameters [${text}] from parameter store for this account.`,
        name,
        `Its value is read before any resource is made: give parameter ${name} the name of a Systems Manager parameter that is known here`,
      );
      continue;
    }
    values.set(name, parameterValue(stored, type));
  }
  // CFN-024
  if (missing.length > 0)
    report(
      `Parameters: [${missing.join(', ')}] must have values`,
      missing[0]!,
      `Add ${missing.map((name) => `--parameters ${name}=VALUE`).join(' ')}`,
    );
  return { values, secret, problems };
}

function bootstrapDefault(name: string): string | undefined {
  return bootstrapVersion.name.test(name) ? bootstrapVersion.value : undefined;
}

function defaultText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.map(printedJson).join(',') : printedJson(value);
}

/** What was given and what could be; a `NoEcho` value (undefined here) is not shown. */
function valueReceived(text: string | undefined, declaration: JsonObject): string | undefined {
  const allowed = declaration['AllowedValues'];
  const parts = [
    ...(text === undefined ? [] : [`It is "${text}".`]),
    ...(Array.isArray(allowed) ? [`Allowed: ${allowed.map(printedJson).join(', ')}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}

function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true';
}
