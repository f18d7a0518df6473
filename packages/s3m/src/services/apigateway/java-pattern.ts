/** A regular expression that Java and JavaScript would take differently, or that is none. */
export class PatternProblem extends Error {}

/**
 * Compiles a Java regular expression that must match the whole of a text (AG-083). Constructs that JavaScript reads in another way are
 * refused instead of being taken for something else.
 * @throws PatternProblem
 */
export function compileJavaPattern(pattern: string): RegExp {
  const set = /\[[^\]]*(?:&&|\[)/.exec(stripEscapes(pattern));
  if (set !== null) throw new PatternProblem(`character classes within character classes are not simulated: ${pattern}`);
  // In Java a backslash before anything but a letter or digit stands for that character; JavaScript allows it before some only.
  const escaped = pattern.replaceAll(/\\([^A-Za-z0-9])/g, (_, character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  try {
    return new RegExp(`^(?:${escaped})$`, 'u');
  } catch (error) {
    throw new PatternProblem(`not a regular expression that is simulated: ${(error as Error).message}`);
  }
}

function stripEscapes(pattern: string): string {
  return pattern.replaceAll(/\\./gs, '');
}
