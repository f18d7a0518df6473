/** Namespaces of the answers of AWS's Query protocol, by service. */
const namespaces: Readonly<Record<string, string>> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  elasticloadbalancing: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
};

/** An answer's elements: texts, groups of them, and lists, whose items are called `member`. What is undefined is left out. */
export interface QueryElements {
  readonly [name: string]: QueryValue | readonly QueryValue[] | undefined;
}

type QueryValue = string | QueryElements;

/** An error as clients of the Query protocol read it. */
export function queryError(service: string, code: string, message: string, requestId: string): string {
  const elements = { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: requestId };
  return document('ErrorResponse', service, elements);
}

/** The answer of an action of the Query protocol. */
export function queryAnswer(service: string, action: string, result: QueryElements, requestId: string): string {
  const elements = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return document(`${action}Response`, service, elements);
}

function document(root: string, service: string, elements: QueryElements): string {
  const namespace = namespaces[service];
  return `<${root}${namespace === undefined ? '' : ` xmlns="${namespace}"`}>\n${print(elements, '  ')}</${root}>\n`;
}

function print(elements: QueryElements, indent: string): string {
  return Object.entries(elements)
    .map(([name, value]) => (value === undefined ? '' : printElement(name, value, indent)))
    .join('');
}

function printElement(name: string, value: QueryValue | readonly QueryValue[], indent: string): string {
  if (typeof value === 'string') return `${indent}<${name}>${escapeXml(value)}</${name}>\n`;
  const inner = `${indent}  `;
  const content = isList(value) ? value.map((item) => printElement('member', item, inner)).join('') : print(value, inner);
  return `${indent}<${name}>\n${content}${indent}</${name}>\n`;
}

function isList(value: QueryElements | readonly QueryValue[]): value is readonly QueryValue[] {
  return Array.isArray(value);
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
