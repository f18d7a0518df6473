import { appendPointer } from './json-pointer.ts';

/** Where each value of a JSON text begins, by JSON pointer; for a member of an object that is where its key begins. */
export interface JsonPositions {
  readonly offsets: ReadonlyMap<string, number>;
  /** Members that occur twice in one object, with the offset of the second. */
  readonly duplicates: readonly { readonly pointer: string; readonly offset: number }[];
}

const quote = 0x22;
const backslash = 0x5c;

/** Scans a text that `JSON.parse` has accepted. */
export function scanJsonPositions(text: string): JsonPositions {
  const offsets = new Map<string, number>();
  const duplicates: { pointer: string; offset: number }[] = [];
  let at = 0;

  function skipSpace(): void {
    while (isSpace(text.charCodeAt(at))) at++;
  }

  function readString(): string {
    const start = at;
    let escaped = false;
    at++;
    for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(at)) {
      if (code === backslash) escaped = true;
      at += code === backslash ? 2 : 1;
    }
    at++;
    return escaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
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

/** RFC 8259 section 2. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
