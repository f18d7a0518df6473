import { randomInt } from 'node:crypto';

/** What `GenerateSecretString` asks for; AWS's defaults are 32 characters of all kinds, at least one of each, without blanks. */
export interface PasswordRules {
  readonly length: number;
  readonly excludeCharacters: string;
  readonly excludeLowercase: boolean;
  readonly excludeUppercase: boolean;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly includeSpace: boolean;
  readonly requireEachIncludedType: boolean;
}

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Makes up a password; undefined when the rules leave no characters, or fewer places than kinds. */
export function generatePassword(rules: PasswordRules): string | undefined {
  const kinds = [
    rules.excludeLowercase ? '' : LOWERCASE,
    rules.excludeUppercase ? '' : LOWERCASE.toUpperCase(),
    rules.excludeNumbers ? '' : '0123456789',
    rules.excludePunctuation ? '' : PUNCTUATION,
    rules.includeSpace ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((character) => !rules.excludeCharacters.includes(character)))
    .filter((characters) => characters.length > 0);
  const required = rules.requireEachIncludedType ? kinds : [];
  if (kinds.length === 0 || required.length > rules.length) return undefined;
  const all = kinds.flat();
  const chosen = [...required, ...Array.from({ length: rules.length - required.length }, () => all)].map(
    (characters) => characters[randomInt(characters.length)]!,
  );
  for (let last = chosen.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [chosen[last], chosen[other]] = [chosen[other]!, chosen[last]!];
  }
  return chosen.join('');
}
