/** A REST or HTTP API as the command line uses it. */
export interface Api {
  readonly id: string;
  readonly name: string;
  /** Logical id in its stack. */
  readonly logicalId: string;
  /** `http://127.0.0.1:3000`, without the stage; of a private API the name that it has inside VPCs. */
  readonly url: string;
  /** Whether only VPC endpoints lead to it. False by default. */
  readonly isPrivate?: boolean;
  /** Name of each stage that serves a deployment; `$default` is one. */
  readonly stages: readonly string[];
  /** Where a stage answers: `http://127.0.0.1:3000/prod`. */
  urlOf(stage: string): string;
  /** Empties the authorizer cache of a stage, as FlushStageAuthorizersCache does (AG-114), and answers how many results were dropped. REST APIs only. */
  flushAuthorizers?(stage: string): number;
  /** Ids of the VPC links, V1 and V2, that its integrations name, deployed or not; a stage variable stands for what each stage gives it. */
  vpcLinkIds(): readonly string[];
  /** Sentences about a stage that serves something older than the template says, e.g. an authorizer changed without a deployment (AG-123). */
  staleness(): readonly string[];
}
