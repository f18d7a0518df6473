import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why a case does not pass. */
export interface Expectation {
  /** In a sentence. */
  readonly cause: string;
  /** The fact that decides, or that the case contradicts. */
  readonly fact?: string;
  /** Something is still to be built; two sources of AWS disagree; or the case itself says what AWS does not do. */
  readonly kind: 'not-yet' | 'contradiction' | 'recording-mistake';
}

/** Cases that are known not to pass, by id. */
export type Expectations = Readonly<Record<string, Expectation>>;

export function readExpectations(): Expectations {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'expectations.json'), 'utf8')) as Expectations;
}
