import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CaseAnswer, CaseKind, CaseRequest, ConformanceCase } from './conformance-case.ts';

const directory = import.meta.dirname;

const kinds: Readonly<Record<CaseKind, true>> = {
  http: true,
  'cfn-outputs': true,
  'cfn-error': true,
  'cfn-resource-failure': true,
  'aws-api': true,
  'gateway-response-table': true,
};

const requestFields: Readonly<Record<keyof CaseRequest, true>> = {
  method: true,
  path: true,
  pathIsAbsolute: true,
  headers: true,
  body: true,
  bodyBase64: true,
  bodyRepeat: true,
  omitHeaders: true,
  followRedirects: true,
};

const answerFields: Readonly<Record<keyof CaseAnswer, true>> = {
  status: true,
  body: true,
  bodyOneOf: true,
  bodyBase64: true,
  bodyContains: true,
  bodyMatches: true,
  bodyTemplate: true,
  json: true,
  jsonSubset: true,
  jsonAbsent: true,
  jsonPresent: true,
  jsonKeys: true,
  jsonMatches: true,
  xml: true,
  headers: true,
  headerCaseSensitive: true,
};

/** A case and the file that it stands in. */
export interface LoadedCase extends ConformanceCase {
  /** `aws-cases` for recordings, `cases/NAME` for our own. */
  readonly file: string;
  readonly facts: readonly string[];
}

/** Reads the recordings and our own cases. @throws when a case says something that the runner does not understand */
export function loadCases(): readonly LoadedCase[] {
  const factsOf = readJson('facts.json') as Readonly<Record<string, readonly string[]>>;
  const files = ['aws-cases.json', ...globSync('cases/*.json', { cwd: directory }).sort()];
  const cases = files.flatMap((file) =>
    (readJson(file) as ConformanceCase[]).map((one) => ({
      ...one,
      facts: one.facts ?? factsOf[one.id] ?? [],
      file: file === 'aws-cases.json' ? 'aws-cases' : `cases/${basename(file, '.json')}`,
    })),
  );
  const ids = new Set<string>();
  for (const one of cases) {
    if (ids.has(one.id)) throw new Error(`${one.file}.json: the id ${one.id} is there twice`);
    ids.add(one.id);
    checkCase(one);
  }
  const unknown = Object.keys(factsOf).find((id) => !ids.has(id));
  if (unknown !== undefined) throw new Error(`facts.json: there is no case ${unknown}`);
  return cases;
}

/** What is not understood must not pass as compared. */
function checkCase(one: LoadedCase): void {
  const where = `${one.file}.json, ${one.id}`;
  if (!Object.hasOwn(kinds, one.kind)) throw new Error(`${where}: kind ${one.kind}`);
  if (one.file !== 'aws-cases' && one.facts.length === 0) throw new Error(`${where}: names no fact`);
  const { requests = [], expect = [] } = one;
  if (requests.length !== expect.length) throw new Error(`${where}: ${requests.length} requests, ${expect.length} answers`);
  for (const request of requests) checkFields(where, request, requestFields);
  for (const answer of expect) checkFields(where, answer, answerFields);
}

function checkFields(where: string, value: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw new Error(`${where}: the runner does not know ${unknown}`);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(directory, file), 'utf8'));
}
