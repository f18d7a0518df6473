/** Whether a media type counts as binary. */
export type BinaryTest = (mediaType: string | undefined) => boolean;

/**
 * Compiles `BinaryMediaTypes`: `*` `/` `*` is everything, `image/*` every type that begins so, anything else that very type. A star on the left of
 * a type matches nothing, not even itself (AG-439, AG-440, AG-911).
 */
export function compileBinaryMediaTypes(types: readonly string[]): BinaryTest {
  if (types.length === 0) return () => false;
  const lower = types.map((type) => type.trim().toLowerCase());
  if (lower.includes('*/*')) return () => true;
  const exact = new Set(lower.filter((type) => !type.includes('*')));
  const prefixes = lower.filter((type) => /^[^*]+\/\*$/.test(type)).map((type) => type.slice(0, -1));
  return (mediaType) => {
    if (mediaType === undefined) return false;
    return exact.has(mediaType) || prefixes.some((prefix) => mediaType.startsWith(prefix));
  };
}

/** The media type of a `Content-Type`, or the first one of an `Accept`, without parameters and in lower case (AG-911). */
export function firstMediaType(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const type = /^[^,;]*/.exec(value)![0].trim().toLowerCase();
  return type === '' ? undefined : type;
}
