import { appendPointer } from './json-pointer.ts';

/** Where each value of a JSON text begins, by JSON pointer; for a member of an object that is where its key begins. */
export interface JsonPositions {
  readonly offsets: ReadonlyMap<string, number>;
  /** Members that occur twice in one object, with the offset of the second. */
  readonly duplicates: readonly { readonly pointer: string; readonly offset: number }[];
}

/** Scans a text that `JSON.parse` has accepted. */
export function scanJsonPositions(text: string): JsonPositions {
  const offsets = new Map<string, number>();
  const duplicates: { pointer: string; offset: number }[] = [];
  let at = 0;

  function skipSpace(): void {
    while (at < text.length && /\s/.test(text[at]!)) at++;
  }

  function readString(): string {
    const start = at;
    at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  }

  function readObject(pointer: string): void {
    at++;
    skipSpace();
    while (text[at] !== '}') {
      const offset = at;
      const member = appendPointer(pointer, readString());
      if (offsets.has(member)) duplicates.push({ pointer: member, offset });
      offsets.set(member, offset);
      skipSpace();
      at++;
      readValue(member);
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
    }
    at++;
  }

  function readArray(pointer: string): void {
    at++;
    skipSpace();
    for (let index = 0; text[at] !== ']'; index++) {
      const item = appendPointer(pointer, index);
      skipSpace();
      offsets.set(item, at);
      readValue(item);
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
    }
    at++;
  }

  function readValue(pointer: string): void {
    skipSpace();
    const character = text[at];
    if (character === '{') readObject(pointer);
    else if (character === '[') readArray(pointer);
    else if (character === '"') readString();
    else while (at < text.length && !/[,\]}\s]/.test(text[at]!)) at++;
  }

  offsets.set('', 0);
  readValue('');
  return { offsets, duplicates };
}
