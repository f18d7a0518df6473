import { createScrubber, maskIdentity } from '../../../gateway/mask-identity.ts';

/** What a request says of who calls, or why it says nothing that counts. */
export type Identity =
  | {
      readonly kind: 'found';
      /** Results are kept under it. */
      readonly key: string;
      readonly values: readonly string[];
    }
  | {
      /** Answered with 401; nobody is asked (AG-080, AG-081, AG-104). */
      readonly kind: 'refused';
      readonly why: string;
      readonly values: readonly string[];
    };

/** For people and traces. */
export function maskIdentities(values: readonly string[]): string {
  return values
    .filter((value) => value !== '')
    .map(maskIdentity)
    .join(', ');
}

/** Takes an identity's values out of texts. */
export function createIdentityScrubber(values: readonly string[]): (text: string) => string {
  const scrubbers = values.map(createScrubber);
  return (text) => scrubbers.reduce((rest, scrub) => scrub(rest), text);
}
