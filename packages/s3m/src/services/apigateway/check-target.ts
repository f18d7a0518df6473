import { badRequest, Refused } from './failures.ts';
import type { Step } from './passage.ts';

/** AG-056: a percent sign that begins no escape. */
export const checkTarget: Step = ({ request }) =>
  request.facts.validEscapes ? undefined : new Refused(badRequest, 'The URL has a % that is not followed by two hex digits');
