import { headerValues, type HeaderLines } from '../http/message.ts';
import { createScrubber } from './mask-identity.ts';

/** Headers whose values are secrets. */
const secretHeaders = ['Authorization', 'X-Api-Key', 'Cookie'];

/** Takes the secrets of a request's headers out of what a function logs of them. */
export function createSecretScrubber(headers: HeaderLines): (text: string) => string {
  const scrubbers = secretHeaders.flatMap((header) => headerValues(headers, header)).map(createScrubber);
  return (text) => scrubbers.reduce((rest, scrub) => scrub(rest), text);
}
