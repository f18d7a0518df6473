import type { Json } from './json.ts';

/** A parameter type (CFN-005), taken apart. */
export interface ParameterType {
  readonly list: boolean;
  readonly number: boolean;
  /** The value is the name of a Systems Manager parameter, whose value is meant. */
  readonly systemsManager: boolean;
}

const awsSpecific = /^AWS::(EC2|Route53|SSM)::[A-Za-z]+(::[A-Za-z]+)?$/;

/** Undefined for a type that CloudFormation does not know. */
export function parseParameterType(type: unknown): ParameterType | undefined {
  if (typeof type !== 'string') return undefined;
  const inner = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(type)?.[1];
  if (inner !== undefined) {
    const of = parseParameterType(inner);
    return of === undefined ? undefined : { ...of, systemsManager: true };
  }
  if (type === 'CommaDelimitedList') return { list: true, number: false, systemsManager: false };
  const item = /^List<(.+)>$/.exec(type)?.[1];
  const scalar = item ?? type;
  if (scalar !== 'String' && scalar !== 'Number' && !awsSpecific.test(scalar)) return undefined;
  return { list: item !== undefined, number: scalar === 'Number', systemsManager: false };
}

/** The value as `Ref` gives it: lists are split at commas, and items trimmed. */
export function parameterValue(text: string, type: ParameterType): Json {
  if (!type.list) return text;
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}
