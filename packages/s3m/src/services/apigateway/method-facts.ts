/** What an integration can know at deployment of the method that it answers for. */
export interface MethodFacts {
  readonly deploymentId: string;
  /** As defined: a verb or `ANY`. */
  readonly verb: string;
  /** Path template: `/weather/{proxy+}`. */
  readonly resourcePath: string;
  readonly operationName: string | undefined;
}
