import { badRequest, Refused } from './failures.ts';
import type { Step } from './passage.ts';
import { hasValidEscapes } from './request-target.ts';

/** AG-056: a percent sign that begins no escape. */
export const checkTarget: Step = ({ request }) => {
  const { path, query } = request.target;
  if (hasValidEscapes(path) && hasValidEscapes(query)) return undefined;
  return new Refused(badRequest, 'The URL has a % that is not followed by two hex digits');
};
