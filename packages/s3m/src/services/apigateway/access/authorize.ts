import type { Step } from '../passage.ts';

/** Finds out who calls, as the method's `AuthorizationType` says. */
export const authorize: Step = (passage) => passage.method!.authorization.authorize(passage);
