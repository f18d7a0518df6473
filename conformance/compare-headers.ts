import type { HeaderExpectation } from './conformance-case.ts';

/** In what header lines differ from those expected. Several lines of a name count as one, joined by `, `. */
export function compareHeaders(
  expected: Readonly<Record<string, HeaderExpectation>>,
  lines: readonly (readonly [name: string, value: string])[],
  caseSensitive: readonly string[],
): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const fold = (text: string): string => (caseSensitive.includes(name) ? text : text.toLowerCase());
    const values = lines.filter(([other]) => fold(other) === fold(name)).map(([, value]) => value);
    const value = values.length === 0 ? undefined : values.join(', ');
    const why = difference(wanted, value);
    return why === undefined ? [] : [`header ${name} is ${value === undefined ? 'missing' : JSON.stringify(value)} instead of ${why}`];
  });
}

function difference(wanted: HeaderExpectation, value: string | undefined): string | undefined {
  if (typeof wanted === 'string') return value === wanted ? undefined : JSON.stringify(wanted);
  if (wanted.absent === true && value !== undefined) return 'absent';
  if (wanted.present === true && value === undefined) return 'present';
  if (wanted.contains !== undefined && value?.includes(wanted.contains) !== true) return `one with ${JSON.stringify(wanted.contains)}`;
  if (wanted.matches !== undefined && (value === undefined || !new RegExp(wanted.matches).test(value))) return `/${wanted.matches}/`;
  return undefined;
}
