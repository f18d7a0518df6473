/** Claims that are times, which AWS prints as Java does. */
const times = new Set(['exp', 'iat', 'nbf']);

/** `$context.authorizer.claims`: every claim as text; lists with commas between their items. */
export function toClaimTexts(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, times.has(name) && typeof value === 'number' ? javaDate(value) : toText(value)]),
  );
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** `Tue Nov 14 22:13:20 UTC 2023` */
function javaDate(seconds: number): string {
  const [weekday, day, month, year, time] = new Date(seconds * 1000).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
