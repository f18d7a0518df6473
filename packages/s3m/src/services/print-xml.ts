/** An element: its name, its text or its elements, and its attributes, whose values need no escaping. Undefined is left out. */
export type XmlNode = readonly [
  name: string,
  value: string | number | boolean | readonly XmlNode[] | undefined,
  attributes?: Readonly<Record<string, string>>,
];

/** Of S3's documents. */
const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document as S3 writes it: declaration, line break, and everything else on one line. @param namespace whose, or false for none */
export function printXml(
  root: string,
  elements: readonly XmlNode[],
  { namespace = s3Namespace }: { readonly namespace?: string | false } = {},
): string {
  const content = elements.map(printNode).join('');
  const open = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace === false ? '' : ` xmlns="${namespace}"`}`;
  return content === '' ? `${open}/>` : `${open}>${content}</${root}>`;
}

function printNode([name, value, attributes = {}]: XmlNode): string {
  if (value === undefined) return '';
  const content = typeof value === 'object' ? value.map(printNode).join('') : escapeText(String(value));
  const more = Object.entries(attributes).map(([attribute, text]) => ` ${attribute}="${text}"`);
  return `<${name}${more.join('')}>${content}</${name}>`;
}

/** Keys may hold what XML 1.0 has no way to write but by number. */
function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/\p{Cc}/gu, (character) =>
      character === '\n' || character === '\t' ? character : `&#x${character.charCodeAt(0).toString(16)};`,
    );
}
