/** Every byte but letters, digits and `-._~` as `%XX` (AWS General Reference, "Create a canonical request"). */
export function uriEncode(text: string): string {
  return encodeURIComponent(toWellFormed(text)).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A name or value of a query, `+` being a blank. Escapes that are no UTF-8 stay. */
export function uriDecode(text: string): string {
  const blanks = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(blanks);
  } catch {
    return blanks;
  }
}

function toWellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
