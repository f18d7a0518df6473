/** The bytes of base64 text, with or without padding; undefined for text that is none. */
export function decodeBase64(text: string): Buffer | undefined {
  const bare = text.endsWith('=') ? text.replace(/={1,2}$/, '') : text;
  if (bare.length % 4 === 1 || (bare !== text && text.length % 4 !== 0) || /[^A-Za-z0-9+/]/.test(bare)) return undefined;
  return Buffer.from(bare, 'base64');
}
