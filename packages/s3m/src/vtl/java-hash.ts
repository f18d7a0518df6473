/** `String.hashCode()`, as the Java platform's documentation defines it. */
export function hashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

/** The order in which a `HashSet` tells texts that were put into it in the order given. Its table doubles when it is three quarters full. */
export function hashSetOrder(texts: readonly string[]): string[] {
  let size = 16;
  while (texts.length > size * 0.75) size *= 2;
  return texts.toSorted((one, other) => slot(one, size) - slot(other, size));
}

function slot(text: string, size: number): number {
  const hash = hashCode(text);
  return (hash ^ (hash >>> 16)) & (size - 1);
}
