import { TookTooLong, withinTime } from '../../regex/within-time.ts';
import { ServiceError } from '../service-error.ts';

/** Whether a message is what a filter looks for. */
export type MessageTest = (message: string) => boolean;

/** Steps that are taken without a look at the clock. */
const cheap = 1e7;

/** Only what AWS takes of regular expressions. A message that one takes too long for is not what it looks for. @throws ServiceError */
export function compileRegex(source: string): MessageTest {
  if (!/^(?:[\w\s^$?*+.,:;=@#/{}[\]|-]|\\.)*$/.test(source) || /[*+?}][*+?]/.test(source)) throw invalidPattern();
  let regex: RegExp;
  try {
    regex = new RegExp(source, 'u');
  } catch {
    throw invalidPattern();
  }
  // There are no groups: each repetition ends at any character after its beginning, and so does the search for the first.
  const degree = 1 + (source.match(/[*+?{]/g)?.length ?? 0);
  let isSlow = false;
  return (message) => {
    if (message.length ** degree <= cheap) return regex.test(message);
    if (isSlow) return false;
    try {
      return withinTime(() => regex.test(message));
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
      // Once is enough: there may be thousands like it.
      isSlow = true;
      return false;
    }
  };
}

export function invalidPattern(): ServiceError {
  return new ServiceError('InvalidParameterException', 'Invalid filter pattern');
}
