/** Namespaces of the answers of AWS's Query protocol, by service. */
const namespaces: Readonly<Record<string, string>> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
};

/** An answer's elements: texts, and groups of them. What is undefined is left out. */
export interface QueryElements {
  readonly [name: string]: string | QueryElements | undefined;
}

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
    .map(([name, value]) => {
      if (value === undefined) return '';
      if (typeof value === 'string') return `${indent}<${name}>${escapeXml(value)}</${name}>\n`;
      return `${indent}<${name}>\n${print(value, `${indent}  `)}${indent}</${name}>\n`;
    })
    .join('');
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
