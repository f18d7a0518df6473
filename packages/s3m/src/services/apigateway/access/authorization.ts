import type { Outcome } from '../integration.ts';
import type { Passage } from '../passage.ts';

/** `AuthorizationType` of a method. */
export type AuthorizationType = 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'COGNITO_USER_POOLS';

/** Who may call a method, as a deployment has it. */
export interface Authorization {
  readonly type: AuthorizationType;
  /**
   * Finds out who calls. Undefined lets the request go on, to the API's resource policy; {@link Passage.unallowed} is set when nothing on the
   * caller's side allows it, and only the resource policy still can.
   */
  authorize(passage: Passage): Outcome | undefined | Promise<Outcome | undefined>;
}

/** Anybody may call. */
export const openAuthorization: Authorization = { type: 'NONE', authorize: () => undefined };
