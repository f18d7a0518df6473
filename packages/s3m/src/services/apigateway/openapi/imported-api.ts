import type { Properties, Value } from '../../resource-type.ts';

/** Where something stands in the document: keys from its root on. */
export type DocumentPath = readonly string[];

/** An operation with the properties that `AWS::ApiGateway::Method` would have. Authorizers, validators and models go by name. */
export interface ImportedMethod {
  readonly at: DocumentPath;
  /** Path template from the root of the API. */
  readonly path: string;
  readonly verb: string;
  readonly properties: Properties;
}

/** Something else that has a name, with the properties of its own resource type. */
export interface ImportedPart {
  readonly at: DocumentPath;
  readonly name: string;
  readonly properties: Properties;
}

/** What an OpenAPI document makes of an API: the same that resources of the types would. */
export interface ImportedApi {
  /** Of `AWS::ApiGateway::RestApi`. */
  readonly properties: Properties;
  readonly methods: readonly ImportedMethod[];
  readonly authorizers: readonly ImportedPart[];
  readonly validators: readonly ImportedPart[];
  readonly models: readonly ImportedPart[];
  readonly responses: readonly ImportedPart[];
  /** What AWS leaves out, and tells. */
  readonly warnings: readonly string[];
}

/** `AWS::ApiGateway::RestApi.Parameters` (AG-515). */
export interface ImportOptions {
  readonly basePath: 'ignore' | 'prepend' | 'split';
  /** For the URLs by which models refer to one another. */
  readonly apiId: string;
}

/** Parts of a document with what is found on the way. */
export interface ImportContext extends ImportOptions {
  readonly root: Properties;
  readonly version: 2 | 3;
  /** Schemas by model name; operations add those that have no name in the document. */
  readonly models: Map<string, { readonly at: DocumentPath; readonly schema: Value }>;
  readonly warnings: string[];
}
