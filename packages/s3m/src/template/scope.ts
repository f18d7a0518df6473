import type { Json } from './json.ts';
import type { Resolved } from './no-value.ts';

/** What an intrinsic function may ask for. Everything throws FunctionFailure when there is no answer. */
export interface Scope {
  /** Runs the functions in `value`. */
  resolve(value: Json): Resolved;
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string): Resolved;
  attribute(logicalId: string, name: string): Json;
  importValue(name: string): Json;
  condition(name: string): boolean;
  mapping(name: string): Readonly<Record<string, Json>> | undefined;
  /** Names of availability zones, in order. */
  zones(region: string): readonly string[];
  readonly region: string;
  /** Whether the template says `Transform: AWS::LanguageExtensions`. */
  readonly languageExtensions: boolean;
}

/** One intrinsic function (CFN-001). */
export interface IntrinsicFunction {
  /** `Fn::Join` */
  readonly name: string;
  /** Only with `Transform: AWS::LanguageExtensions`. */
  readonly languageExtension?: boolean;
  /** Looks at the form of the argument, as CloudFormation does before it creates anything. @throws FunctionFailure */
  check?(argument: Json): void;
  /** @throws FunctionFailure */
  resolve(argument: Json, scope: Scope): Resolved;
}
