import { TookTooLong, withinTime } from '../../regex/within-time.ts';
import { ServiceError } from '../service-error.ts';
import type { ParameterTier } from './live-parameter.ts';

/** Bytes. */
const standardSize = 4096;
const advancedSize = 8192;

/** The tier that a value is kept in; a parameter that became advanced stays it. @throws ServiceError */
export function chooseTier(
  value: string,
  wanted: ParameterTier | 'Intelligent-Tiering' | undefined,
  before: ParameterTier | undefined,
): ParameterTier {
  const size = Buffer.byteLength(value);
  if (before === 'Advanced' && wanted === 'Standard') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  const tier =
    wanted === 'Intelligent-Tiering' ? (size > standardSize ? 'Advanced' : (before ?? 'Standard')) : (wanted ?? before ?? 'Standard');
  if (tier === 'Standard' && size > standardSize) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${standardSize} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  }
  if (size > advancedSize) throw invalid(`Advanced tier parameters support a maximum parameter value of ${advancedSize} characters.`);
  return tier;
}

/** @throws ServiceError */
export function checkPattern(value: string, pattern: string | undefined): void {
  if (pattern === undefined || pattern === '') return;
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, 'u');
  } catch {
    throw invalidPattern();
  }
  if (!isMatch(regex, value)) {
    throw new ServiceError('ParameterPatternMismatchException', `Parameter value, cannot be validated against allowedPattern: ${pattern}`);
  }
}

/** @throws ServiceError also for an expression that takes too long: it would hold everything else up. */
function isMatch(regex: RegExp, value: string): boolean {
  try {
    return withinTime(() => regex.test(value));
  } catch (error) {
    if (error instanceof TookTooLong) throw invalidPattern();
    throw error;
  }
}

function invalidPattern(): ServiceError {
  return new ServiceError('InvalidAllowedPatternException', 'The request does not meet the regular expression requirement.');
}

export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
