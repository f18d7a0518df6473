import { ServiceError } from '../service-error.ts';

/** Whether a message is what a filter looks for. */
export type MessageTest = (message: string) => boolean;

/** Only what AWS takes of regular expressions; among it nothing that takes longer than the message is long. @throws ServiceError */
export function compileRegex(source: string): MessageTest {
  if (!/^(?:[\w\s^$?*+.,:;=@#/{}[\]|-]|\\.)*$/.test(source) || /[*+?}][*+?]/.test(source)) throw invalidPattern();
  try {
    const regex = new RegExp(source, 'u');
    return (message) => regex.test(message);
  } catch {
    throw invalidPattern();
  }
}

export function invalidPattern(): ServiceError {
  return new ServiceError('InvalidParameterException', 'Invalid filter pattern');
}
