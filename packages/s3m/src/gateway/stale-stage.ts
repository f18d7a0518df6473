/** A stage that serves less than its API consists of now. */
export interface StaleStage {
  readonly api: string;
  readonly stage: string;
  readonly deploymentId: string;
  /** Logical ids of what is newer. */
  readonly changed: readonly string[];
  /** What has to be there before it is served. */
  readonly remedy: string;
}

/** What to tell the developer of it. */
export function staleStageNotice({ api, stage, deploymentId, changed, remedy }: StaleStage): string {
  const shown = changed.slice(0, 5).join(', ');
  const all = changed.length > 5 ? `${shown} and ${changed.length - 5} more` : shown;
  return (
    `Stage "${stage}" of API "${api}" serves deployment ${deploymentId}, which is older than ${all}. ` +
    `As on AWS, that is not served before ${remedy}`
  );
}
