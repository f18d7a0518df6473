import type { CaseAnswer } from './conformance-case.ts';
import { compareHeaders } from './compare-headers.ts';
import { compareJson } from './compare-json.ts';
import type { RawAnswer } from './raw-answer.ts';

/** In what an answer differs from what AWS answers; empty when it is the same. Placeholders are filled in already. */
export function compareAnswer(expected: CaseAnswer, answer: RawAnswer): string[] {
  const differences: string[] = [];
  if (expected.status !== undefined && answer.status !== expected.status)
    differences.push(`status ${answer.status} instead of ${expected.status}, body ${quote(answer.body.toString())}`);
  differences.push(...compareBody(expected, answer.body));
  differences.push(...compareJson(expected, answer.body.toString()));
  differences.push(...compareXml(expected.xml ?? {}, answer.body.toString()));
  differences.push(...compareHeaders(expected.headers ?? {}, answer.headers, expected.headerCaseSensitive ?? []));
  return differences;
}

function compareBody(expected: CaseAnswer, body: Buffer): string[] {
  const text = body.toString();
  const differs = (passes: boolean, wanted: string): string[] => (passes ? [] : [`body ${quote(text)} instead of ${wanted}`]);
  return [
    ...(expected.body === undefined ? [] : differs(text === expected.body, quote(expected.body))),
    ...(expected.bodyOneOf === undefined
      ? []
      : differs(expected.bodyOneOf.includes(text), `one of ${expected.bodyOneOf.map(quote).join(' ')}`)),
    ...(expected.bodyBase64 === undefined
      ? []
      : differs(body.equals(Buffer.from(expected.bodyBase64, 'base64')), `the bytes ${quote(expected.bodyBase64)} (Base64)`)),
    ...(expected.bodyContains === undefined
      ? []
      : differs(text.includes(expected.bodyContains), `one with ${quote(expected.bodyContains)}`)),
    ...(expected.bodyMatches === undefined ? [] : differs(new RegExp(expected.bodyMatches).test(text), `/${expected.bodyMatches}/`)),
    ...(expected.bodyTemplate === undefined ? [] : differs(toPattern(expected.bodyTemplate).test(text), quote(expected.bodyTemplate))),
  ];
}

/** `{{*}}` stands for any run of characters. */
function toPattern(template: string): RegExp {
  return new RegExp(`^${template.split('{{*}}').map(quoteForPattern).join('[\\s\\S]*?')}$`);
}

function quoteForPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** Child elements of the root that hold nothing but text. */
function compareXml(expected: Readonly<Record<string, string>>, text: string): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    const value = found
      ?.replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&apos;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
    return value === wanted ? [] : [`element ${name} is ${quote(value)} instead of ${quote(wanted)} in ${quote(text)}`];
  });
}

function quote(text: string | undefined): string {
  if (text === undefined) return 'missing';
  return JSON.stringify(text.length > 600 ? `${text.slice(0, 600)}...` : text);
}
