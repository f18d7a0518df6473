/** Splits at white space, not inside quotes; quotes stay. */
export function splitWords(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
}

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`; unknown names are empty. `\$` is a dollar sign. */
export function substitute(text: string, known: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\\\$|\$(\w+)|\$\{(\w+)(?::([-+])([^}]*))?\}/g,
    (whole, plain: string | undefined, braced: string | undefined, operator: string | undefined, word = '') => {
      if (whole === '\\$') return '$';
      const value = known.get(plain ?? braced ?? '') ?? '';
      if (operator === '-') return value === '' ? word : value;
      if (operator === '+') return value === '' ? '' : word;
      return value;
    },
  );
}
