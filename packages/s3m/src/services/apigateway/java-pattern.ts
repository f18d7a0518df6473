import { compileWhole, PatternProblem } from '../../regex/java-regex.ts';

export { PatternProblem };

/**
 * Compiles a Java regular expression that must match the whole of a text (AG-083).
 * @throws PatternProblem
 */
export function compileJavaPattern(pattern: string): RegExp {
  return compileWhole(pattern);
}
