import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { HttpLimits } from '../../src/http/exchange.ts';
import { allSplits, readAnswer, readRequests, type Reading } from './read-requests.ts';

type Requests = readonly (readonly [target: string, body: string])[];

/**
 * What must become of a request: a status for a refusal, a target for one accepted request, targets and bodies for several of them, a refusal
 * after them. `incomplete`: more bytes must come.
 */
export type RequestOutcome =
  | number
  | string
  | Requests
  | { readonly first: Requests; readonly rest: number }
  | { readonly incomplete: true };

/** A request, the section of the RFC that decides it, and where the trick was published. `\n` stands alone, CRLF is written out. */
export type RequestCase = readonly [section: string, what: string, bytes: string, outcome: RequestOutcome, source?: string];

export interface ReadAnswer {
  readonly status: number;
  readonly body?: string;
  readonly surplus?: number;
  readonly keepAlive?: boolean;
}

/** An answer; undefined where it must be found malformed. */
export type AnswerCase = readonly [
  section: string,
  what: string,
  bytes: string,
  outcome: ReadAnswer | undefined,
  method?: string,
  source?: string,
];

/** One test a case: what becomes of the bytes, however they are cut into packets. */
export function testRequests(document: string, cases: readonly RequestCase[], limits: Partial<HttpLimits> = {}): void {
  for (const [section, table] of Object.entries(Object.groupBy(cases, ([section]) => section))) {
    suite(`${document} section ${section}`, () => {
      for (const [, what, bytes, outcome, source] of table!) {
        test(`${what} is ${describe(outcome)}${source === undefined ? '' : ` (${source})`}`, () => {
          const raw = Buffer.from(bytes, 'latin1');
          const whole = readRequests([raw], limits);
          checkOutcome(whole, outcome);
          if (raw.length > 1000) return;
          for (const pieces of allSplits(raw)) assert.deepEqual(readRequests(pieces, limits), whole);
        });
      }
    });
  }
}

function checkOutcome(whole: Reading, outcome: RequestOutcome): void {
  const refused = typeof outcome === 'number' ? outcome : typeof outcome === 'object' && 'rest' in outcome ? outcome.rest : undefined;
  assert.equal(whole.refused, refused, whole.why ?? '');
  if (refused !== undefined) assert.match(whole.why ?? '', /RFC \d+ section/);
  assert.equal(whole.incomplete, typeof outcome === 'object' && 'incomplete' in outcome);
  const read = whole.requests.map(({ head, body }) => [head.target, body]);
  if (typeof outcome === 'string') assert.deepEqual(read, [[outcome, read[0]?.[1]]]);
  else if (typeof outcome === 'number' || 'incomplete' in outcome) assert.deepEqual(read, []);
  else assert.deepEqual(read, 'first' in outcome ? outcome.first : outcome);
}

export function testAnswers(document: string, cases: readonly AnswerCase[]): void {
  for (const [section, table] of Object.entries(Object.groupBy(cases, ([section]) => section))) {
    suite(`${document} section ${section}, answers`, () => {
      for (const [, what, bytes, outcome, method = 'GET', source] of table!) {
        test(`${what} is ${outcome === undefined ? 'malformed' : 'read'}${source === undefined ? '' : ` (${source})`}`, () => {
          const raw = Buffer.from(bytes, 'latin1');
          const whole = readAnswer([raw], method);
          if (outcome === undefined) {
            assert.ok(whole.refused, 'it was read');
          } else {
            assert.equal(whole.refused, undefined);
            assert.deepEqual([whole.head?.status, whole.body, whole.surplus], [outcome.status, outcome.body ?? '', outcome.surplus ?? 0]);
            assert.equal(whole.incomplete, false);
            if (outcome.keepAlive !== undefined) assert.equal(whole.head?.keepAlive, outcome.keepAlive);
          }
          for (const pieces of allSplits(raw)) assert.deepEqual(readAnswer(pieces, method), whole);
        });
      }
    });
  }
}

function describe(outcome: RequestOutcome): string {
  if (typeof outcome === 'number') return `refused with ${outcome}`;
  if (typeof outcome === 'string') return `read as ${outcome}`;
  if ('incomplete' in outcome) return 'waited for';
  if ('rest' in outcome) return `read, and the rest refused with ${outcome.rest}`;
  return outcome.length === 1 ? 'read with its body' : `${outcome.length} requests`;
}
