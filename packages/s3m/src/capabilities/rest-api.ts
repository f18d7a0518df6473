/** A REST API as the command line uses it. */
export interface RestApi {
  readonly id: string;
  readonly name: string;
  /** Logical id in its stack. */
  readonly logicalId: string;
  /** `http://127.0.0.1:3000`, without the stage. */
  readonly url: string;
  /** Name of each stage that serves a deployment. */
  readonly stages: readonly string[];
  /** Empties the authorizer cache of a stage, as FlushStageAuthorizersCache does (AG-114). Answers how many results were dropped. */
  flushAuthorizers(stage: string): number;
  /** Sentences about a stage that serves something older than the template says, e.g. an authorizer changed without a deployment (AG-123). */
  staleness(): readonly string[];
}
