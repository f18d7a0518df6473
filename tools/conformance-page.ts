import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExpectations, type Expectation } from '../conformance/expectations.ts';
import { loadCases, type LoadedCase } from '../conformance/load-cases.ts';
import { factAreas } from './fact-coverage.ts';

const file = join(import.meta.dirname, '..', 'docs', 'conformance.md');
const begin = '<!-- generated: node tools/check.ts --write -->\n';
const end = '<!-- end of the generated part -->\n';

/**
 * The conformance page with its generated part as the cases and tests say it now; what is written by hand stays. That cases which are not
 * expected to fail do pass is what `the `*.wire.test.ts` of conformance` shows.
 */
export function conformancePage(): string {
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`docs/conformance.md needs the lines ${begin.trim()} and ${end.trim()}`);
  return page.slice(0, from + begin.length) + generated() + page.slice(to);
}

function generated(): string {
  const cases = loadCases();
  const expectations = readExpectations();
  return ['', '## Cases', '', ...caseTable(cases, expectations), '', ...failing(cases, expectations), ...factTable(), ''].join('\n');
}

function caseTable(cases: readonly LoadedCase[], expectations: Readonly<Record<string, Expectation>>): string[] {
  const groups = Map.groupBy(cases, groupOf);
  return [
    '| cases | pass | expected not to pass |',
    '|---|--:|--:|',
    ...[...groups].map(([group, members]) => {
      const failing = members.filter(({ id }) => Object.hasOwn(expectations, id)).length;
      return `| ${group} | ${members.length - failing} | ${failing} |`;
    }),
    `| **all** | **${cases.length - Object.keys(expectations).length}** | **${Object.keys(expectations).length}** |`,
  ];
}

function groupOf({ file, kind, area, confidence }: LoadedCase): string {
  if (file !== 'aws-cases') return 'our own, written from facts';
  const what = kind !== 'http' ? 'templates and services' : area.startsWith('s3-') ? 'S3' : 'gateway';
  return `${what}: ${confidence}`;
}

function failing(cases: readonly LoadedCase[], expectations: Readonly<Record<string, Expectation>>): string[] {
  const rows = cases.flatMap(({ id, confidence }) => {
    const expected = expectations[id];
    return expected === undefined ? [] : [`| ${id} | ${confidence} | ${expected.kind} | ${expected.cause} | ${expected.fact ?? ''} |`];
  });
  return rows.length === 0 ? [] : ['| not passing | confidence | kind | cause | fact |', '|---|---|---|---|---|', ...rows, ''];
}

function factTable(): string[] {
  const areas = factAreas();
  const sum = (key: 'facts' | 'covered'): number => areas.reduce((total, area) => total + area[key].length, 0);
  return [
    '## Facts',
    '',
    'A fact counts as covered when the title of a test, or a case, names it.',
    '',
    '| area | covered | facts |',
    '|---|--:|--:|',
    ...areas.map(({ title, facts, covered }) => `| ${title} | ${covered.length} | ${facts.length} |`),
    `| **all** | **${sum('covered')}** | **${sum('facts')}** |`,
  ];
}
