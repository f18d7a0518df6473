import type { ScalarTag } from 'yaml';

/**
 * Bare words that stay texts, by the type that YAML 1.1's repository (yaml.org/type) gives them. Its readers in use, SnakeYAML and PyYAML, never took
 * them for one, and templates count on it: `AttributeType: N`, `Name: E1`, an account with a zero before it.
 */
const texts: Readonly<Record<string, RegExp>> = {
  /** `y`, `N` */
  'tag:yaml.org,2002:bool': /^.$/,
  /** `0123456789`: with a zero before it a number has octal digits only. `08:30` */
  'tag:yaml.org,2002:int': /^[-+]?0[0-9_]*(?:[89]|:)/,
  /** `.`, `E1`: no digit before the exponent. `08:30.5` */
  'tag:yaml.org,2002:float': /^[-+]?(?:\.?[eE]|\.$|0[0-9_]*:)/,
};

/** A scalar's type of YAML 1.1, without the words that nobody means by it. */
export function asTemplatesCountOn<T>(tag: T): T {
  const { tag: name = '', test } = tag as Partial<ScalarTag>;
  const text = texts[name];
  return text === undefined || test === undefined ? tag : { ...tag, test: new RegExp(`(?!${text.source})${test.source}`) };
}
