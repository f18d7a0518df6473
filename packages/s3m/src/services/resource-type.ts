import type { Account } from './account.ts';

/** A resolved value of a template. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
export type Properties = { readonly [key: string]: Value };

/** Where a resource stands, for messages. */
export interface ResourceName {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** CDK construct path (`aws:cdk:path`), when the template has it. */
  readonly path?: string;
}

/** Scope words (CONTRACTS.md): simulated, or inert with the reason. What is not declared is unsupported. */
export type Scope = 'simulated' | { readonly inert: string };

/** Something wrong with a resource that can be told before anything is created. */
export interface Finding {
  /** Dotted path below Properties, array indices in brackets: `Integration.Type`. */
  readonly property: string;
  /** `invalid`: AWS would refuse it too, `message` is AWS's text. `unsupported`: AWS can, this engine can't. */
  readonly kind: 'invalid' | 'unsupported';
  readonly message: string;
  readonly fix?: string;
  /** Unsupported, and no start without its effect: what it protects would lie open. */
  readonly final?: true;
}

/** A file asset of the assembly, found by where CloudFormation would fetch it. */
export interface FileAsset {
  /** Absolute path of the file or directory on this machine. */
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  /** Changes when the content changes. */
  readonly hash: string;
}

/** What a resource is given when it is created or updated. */
export interface ResourceContext {
  readonly name: ResourceName;
  /** As AWS would see them: ARNs, host names. */
  readonly properties: Properties;
  /** The same with local addresses: for what reaches a browser, a function or a task. */
  readonly local: Properties;
  readonly metadata: Properties;
  readonly account: Account;
  /** `arn:aws:cloudformation:...` */
  readonly stackId: string;
  /**
   * A name that AWS would make up, derived from stack and logical id so that it is the same after a restart (CFN-041):
   * `STACK-LOGICALID-0A1B2C3D4E5F`, cut in the middle to `max` characters (255 by default).
   */
  physicalName(options?: { readonly max?: number; readonly lowerCase?: boolean }): string;
  /** `count` characters of a digest of stack, logical id and `salt`: stable ids such as `vpc-0a1b...`. */
  physicalId(count: number, alphabet?: 'hex' | 'base36', salt?: string): string;
  /** A file asset by bucket and key, as `Code: {S3Bucket, S3Key}` or BucketDeployment name it. */
  findAsset(bucket: string, key: string): FileAsset | undefined;
  /** Files of the template's own folder: a path relative to it, made absolute. */
  resolvePath(path: string): string;
  /** A text with every known AWS address in it replaced by the local one: for files that put addresses together from parts. */
  localize?(text: string): string;
  /** Whether the resource is replacing one of the same logical id that still runs (create new, then delete old). */
  readonly replacing: boolean;
  /**
   * For a type with data (`forget`): what an earlier engine kept of this resource. `unfinished`: it was killed while it created it, so data
   * that are there are to be dropped. Undefined for a resource that is new: data under its name belong to somebody else.
   */
  readonly kept?: 'unfinished' | { readonly properties: Properties; readonly metadata: Properties };
  progress(message: string): void;
}

/** A pair of addresses: what AWS would print, and what answers here. Prefixes of URLs: `https://abc.execute-api.us-east-1.amazonaws.com` -> `http://127.0.0.1:3000`. */
export interface Address {
  readonly aws: string;
  readonly local: string;
  /** Only the URL: its host name alone is a name of the user's that means other things too, in a certificate or a DNS record. */
  readonly urlOnly?: true;
}

/** How many data there are, by what they are called. */
export interface DataCounts {
  readonly items: number;
  readonly objects: number;
  readonly parameters: number;
  readonly secrets: number;
  /** Of logs. */
  readonly events: number;
}

/** A resource that exists. */
export interface Resource {
  /** What `Ref` answers. */
  readonly ref: string;
  /** What `Fn::GetAtt` answers, by attribute name (`Arn`, `Outputs.X`). */
  readonly attributes: Readonly<Record<string, Value>>;
  readonly addresses?: readonly Address[];
  /**
   * Takes on changed properties in place and answers the resource as it is then. Absent: every change replaces.
   * Which changes replace although this exists: {@link ResourceType.replacedBy}.
   */
  update?(context: ResourceContext): Promise<Resource>;
  /** Takes its data back to what the template says (`s3m reset`). Answers how much was removed. */
  reset?(): Promise<Partial<DataCounts>>;
  /** Resolves when the resource is stable (a service in steady state). Rejects with {@link ResourceFailure} when it never will be. */
  stable?(): Promise<void>;
  /** Called once. Leaves nothing behind. */
  delete(): Promise<void>;
  /**
   * {@link delete} without waiting for drains: for the engine's own end, when nobody sends requests any more. A type with data (`forget`)
   * leaves them where they are.
   */
  stopNow?(): Promise<void>;
}

/** A resource that AWS, or this engine, could not create. `message` is AWS's own text where AWS has one. */
export class ResourceFailure extends Error {
  readonly property: string | undefined;
  readonly fix: string | undefined;
  readonly fault: 'user' | 'engine';

  constructor(
    message: string,
    options: { readonly property?: string; readonly fix?: string; readonly fault?: 'user' | 'engine'; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ResourceFailure';
    this.property = options.property;
    this.fix = options.fix;
    this.fault = options.fault ?? 'user';
  }
}

/**
 * A CloudFormation resource type: what it accepts, how it is created. One file each, in the folder of its service:
 * `AWS::ApiGateway::Method` is `services/apigateway/method.ts`.
 */
export interface ResourceType {
  /** `AWS::ApiGateway::Method` */
  readonly type: string;
  /** Simulated, or inert with the reason why it has no effect here. Inert types need only answer `Ref` and `GetAtt`. */
  readonly scope: Scope;
  /**
   * Each property that is known, by dotted path without array indices: `Integration.Uri`, `Tags`. A path covers all below it
   * unless deeper paths are declared too. A property that no path covers is unsupported and reported at load.
   */
  readonly properties: Readonly<Record<string, Scope>>;
  /** Properties that must be there. */
  readonly required?: readonly string[];
  /** What the engine reads below Metadata `S3M`; `*` when `check` looks at it itself. Anything else there is told. */
  readonly localMetadata?: readonly string[];
  /** Attributes that GetAtt may ask for; `*` for any. */
  readonly attributes: readonly string[];
  /** Top-level properties whose change makes a new resource (create new, delete old afterwards). `*`: any change. */
  readonly replacedBy?: readonly string[];
  /** Looks at values before anything is created. Values that are not known yet are strings beginning with `unresolved:`. `name` tells generated resources (CDK's own provider functions) apart. */
  check?(properties: Properties, metadata: Properties, name?: ResourceName): readonly Finding[];
  /** @throws ResourceFailure */
  create(context: ResourceContext): Promise<Resource>;
  /** For a type whose resources have data that `--persist` keeps: deletes those of a resource that no longer is, by what `Ref` answered. */
  forget?(account: Account, ref: string): Promise<void>;
}
