/** An element of a request's body. Attributes and namespaces are read over. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Of the element itself, entities resolved. */
  readonly text: string;
}

/** A body that is not the XML that services take. */
export class XmlProblem extends Error {}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const deepest = 16;
const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;

/** Reads a whole document: elements, text, character data and comments. No document type, so no entities of its own. @throws XmlProblem */
export function parseXml(source: string): XmlElement {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const root: Open = { name: '', children: [], text: '' };
  const open: Open[] = [root];
  token.lastIndex = 0;
  let position = 0;
  while (position < text.length) {
    token.lastIndex = position;
    const match = token.exec(text);
    if (match === null) throw new XmlProblem(`at ${position}`);
    position = token.lastIndex;
    step(open, match);
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') throw new XmlProblem('not one element');
  return root.children[0]!;
}

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

function step(open: Open[], [, data, closing, name, , empty, plain]: RegExpExecArray): void {
  const parent = open.at(-1)!;
  if (data !== undefined) parent.text += data;
  else if (plain !== undefined) parent.text += resolveEntities(plain);
  else if (name !== undefined && closing === '/') {
    const last = open.pop();
    if (last === undefined || last.name !== withoutPrefix(name) || open.length === 0 || empty === '/') throw new XmlProblem(`</${name}>`);
  } else if (name !== undefined) {
    const element: Open = { name: withoutPrefix(name), children: [], text: '' };
    parent.children.push(element);
    if (empty === '/') return;
    open.push(element);
    if (open.length > deepest) throw new XmlProblem('too deep');
  }
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function resolveEntities(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (whole, name: string) => {
    const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const code = number === null ? undefined : Number.parseInt(number[1] ?? number[2]!, number[1] === undefined ? 10 : 16);
    const character = code === undefined ? (Object.hasOwn(entities, name) ? entities[name] : undefined) : fromCode(code);
    if (character === undefined || !whole.endsWith(';')) throw new XmlProblem(whole);
    return character;
  });
}

function fromCode(code: number): string | undefined {
  return code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(code);
}

/** The first child of that name. */
export function childOf({ children }: XmlElement, name: string): XmlElement | undefined {
  return children.find((child) => child.name === name);
}

export function childrenOf({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((child) => child.name === name);
}

/** The text of a child; undefined when there is none. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text;
}
