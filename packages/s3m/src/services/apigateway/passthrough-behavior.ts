import type { PropertyReader } from '../property-reader.ts';

/** What becomes of a body for whose media type there is no request template. */
export type PassthroughBehavior = 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';

/** AG-520 */
export function parsePassthroughBehavior(integration: PropertyReader): PassthroughBehavior {
  return integration.oneOf('PassthroughBehavior', ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'], 'WHEN_NO_MATCH');
}
