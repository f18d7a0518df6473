import { isUnresolved } from '../../known-value.ts';
import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Value } from '../../resource-type.ts';
import { unsupported } from '../finding.ts';
import { compileJavaPattern, PatternProblem } from '../java-pattern.ts';

/** `IdentityValidationExpression`: of the whole identity (AG-082 to AG-084), or of a Cognito token's audience (AG-085). */
export function readValidation(reader: PropertyReader): { readonly validation?: string } {
  const validation = reader.optionalString('IdentityValidationExpression');
  return validation === undefined || validation === '' ? {} : { validation };
}

export function checkValidation(validation: Value | undefined): Finding[] {
  if (typeof validation !== 'string' || isUnresolved(validation)) return [];
  try {
    compileJavaPattern(validation);
    return [];
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return [unsupported('IdentityValidationExpression', error.message)];
  }
}
