import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCases } from '../conformance/load-cases.ts';
import { factId } from './cited-facts.ts';

const root = join(import.meta.dirname, '..');

/** A chapter of docs/facts and the facts in it. */
export interface FactArea {
  readonly title: string;
  readonly facts: readonly string[];
  /** Those that a test's title or a case names. */
  readonly covered: readonly string[];
}

/** Chapters that hold facts: `## A. Addressing` of apigateway.md, `# 2. VPC (VPC-)` of platform.md. */
const chapters = [
  { file: 'docs/facts/apigateway.md', heading: /^##? (.+)$/ },
  { file: 'docs/facts/platform.md', heading: /^# (.+)$/ },
] as const;

/** The facts by chapter. A fact that a later one overrides is left out: nothing should follow it. */
export function factAreas(): readonly FactArea[] {
  const named = namedFacts();
  return chapters.flatMap(({ file, heading }) => {
    const areas: { title: string; facts: string[] }[] = [];
    for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
      const title = heading.exec(line)?.[1];
      if (title !== undefined) areas.push({ title, facts: [] });
      const id = /^- \*\*([A-Z0-9]+-\d{3})\*\*(?! \[overridden)/.exec(line)?.[1];
      if (id !== undefined) areas.at(-1)?.facts.push(id);
    }
    return areas.filter(({ facts }) => facts.length > 0).map((area) => ({ ...area, covered: area.facts.filter((id) => named.has(id)) }));
  });
}

/** Facts in the titles of tests, or in the data that titles are made of, and those that cases name. Comments don't count. */
function namedFacts(): ReadonlySet<string> {
  const files = globSync(['packages/*/test/**/*.ts', 'examples/weather/{test,services/*/test}/**/*.ts'], {
    cwd: root,
    exclude: (path) => path.includes('node_modules') || path.includes('cdk.out'),
  });
  const code = files.map((file) => withoutComments(readFileSync(join(root, file), 'utf8')));
  const ofTests = code.flatMap((text) => [...(text.match(factId) ?? []), ...idsWithin(text)]);
  return new Set([...ofTests, ...loadCases().flatMap(({ facts }) => facts)]);
}

/** The ids of a range: `AG-219 to AG-228` names ten. */
function idsWithin(text: string): readonly string[] {
  return [...text.matchAll(/\b([A-Z0-9]+)-(\d{3}) to (?:\1-)?(\d{3})\b/g)].flatMap(([, area, first, last]) => {
    const length = Number(last) - Number(first) + 1;
    return Array.from({ length: Math.max(0, length) }, (_, index) => `${area}-${String(Number(first) + index).padStart(3, '0')}`);
  });
}

/** Texts first: one may hold what looks like the beginning of a comment, as the ARN of all methods does. */
const textOrComment = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<=^|[\s;,{(])\/\/.*$/gm;

function withoutComments(text: string): string {
  return text.replaceAll(textOrComment, (part) => (part.startsWith('/') ? '' : part));
}
