/** Appends `key` to a JSON pointer (RFC 6901 section 3). */
export function appendPointer(pointer: string, key: string | number): string {
  const text = String(key);
  return `${pointer}/${text.includes('~') || text.includes('/') ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text}`;
}

/** The keys of a JSON pointer, unescaped. */
export function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `/Resources/Api/Properties/Tags/0/Key` without its first `skip` keys, as a property path: `Tags[0].Key`. */
export function propertyPath(pointer: string, skip: number): string {
  let path = '';
  for (const key of pointerKeys(pointer).slice(skip)) {
    if (/^\d+$/.test(key)) path += `[${key}]`;
    else path += path === '' ? key : `.${key}`;
  }
  return path;
}
