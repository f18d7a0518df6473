/** An AWS refusal, in its words. */
export class DraftRefusal extends Error {}
