/** A place in a file, for messages. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A template as parsed: intrinsic functions are still objects with one key (`{"Ref": ...}`, `{"Fn::Sub": ...}`); short tags have become the long form. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Rules?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Transform?: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** One stack of an assembly. */
export interface StackTemplate {
  /** The name under which it would be deployed. */
  readonly name: string;
  /** `MyStage/MyStack`, as the CDK shows it; the name for a plain template. */
  readonly displayName: string;
  /** Absolute path of the template file. */
  readonly file: string;
  readonly template: Template;
  /** Values that the assembly gives to parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The account and the region that the assembly names for it; members that it leaves open are not there. */
  readonly environment?: { readonly account?: string; readonly region?: string };
  /** Names of stacks that must be there first. */
  readonly dependencies: readonly string[];
  /** Where `/Resources/X/Properties/Y` stands in the file; undefined when it can't be told. */
  locate(pointer: string): SourceLocation;
}

/** A file or directory that CDK staged. */
export interface AssemblyFile {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  readonly hash: string;
}

/** A Docker build context that CDK staged. */
export interface AssemblyImage {
  readonly repository: string;
  readonly tag: string;
  /** What the application calls it, whatever its content. */
  readonly displayName?: string;
  readonly directory: string;
  readonly dockerFile: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform?: string;
}

/** All stacks of an application with their assets. A plain template is an assembly of one stack. */
export interface Assembly {
  readonly directory: string;
  readonly stacks: readonly StackTemplate[];
  /** Bucket, key, repository and tag are given with `${AWS::AccountId}` and the like still in place. */
  readonly files: readonly AssemblyFile[];
  readonly images: readonly AssemblyImage[];
}

/** Something wrong with a template or an assembly. `code` and `message` are CloudFormation's own where it has them (CFN-020 to CFN-028). */
export interface TemplateProblem {
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  readonly logicalId?: string;
  readonly property?: string;
  readonly location?: SourceLocation;
  readonly fix?: string;
}

/** All problems found at once. */
export class TemplateError extends Error {
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'TemplateError';
    this.problems = problems;
  }
}
