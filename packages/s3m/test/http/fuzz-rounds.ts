import assert from 'node:assert/strict';
import { seededRandom } from '../seeded-random.ts';
import { answerSeeds, mutate, pick, requestSeeds } from './mutations.ts';
import { readAnswerWithNode, readWithNode } from './node-reader.ts';
import { readAnswer, readRequests, type Reading } from './read-requests.ts';
import { referenceRead } from './reference-reader.ts';

/** Where Node departs from the RFC: a tab around `chunked` (RFC 9110 section 5.5 lets blanks of both kinds stand there) makes it another coding. */
const nodeDiffers = /^transfer-encoding:[^\r\n]*\t/im;

/** How the rounds ended. */
export interface Tally {
  accepted: number;
  refused: number;
  incomplete: number;
}

/** Statuses that the reader refuses with. */
const refusals = new Set([400, 414, 417, 431, 501, 505]);

/**
 * Mutated, pipelined requests: the reader answers the same however they are cut, accepts and refuses what the reference does, lets nothing
 * through that is ambiguous, and what it accepts Node reads in the same way or not at all.
 */
export async function fuzzRequests(seed: number, rounds: number): Promise<Tally> {
  const random = seededRandom(seed);
  const tally = { accepted: 0, refused: 0, incomplete: 0 };
  for (let round = 0; round < rounds; round++) {
    const bytes = mutate(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(requestSeeds, random)).join(''), random);
    try {
      const whole = readRequests([bytes]);
      checkSplits(bytes, whole, random);
      compareWithReference(bytes, whole);
      checkUnambiguous(whole);
      if (whole.refused !== undefined) assert.ok(refusals.has(whole.refused), `refused with ${whole.refused}`);
      if (whole.requests.length > 0) await compareWithNode(bytes, whole);
      tally[whole.refused === undefined ? (whole.incomplete ? 'incomplete' : 'accepted') : 'refused']++;
    } catch (error) {
      throw atRound(error, seed, round, bytes);
    }
  }
  return tally;
}

/** The same for answers. */
export async function fuzzAnswers(seed: number, rounds: number): Promise<Tally> {
  const random = seededRandom(seed);
  const tally = { accepted: 0, refused: 0, incomplete: 0 };
  for (let round = 0; round < rounds; round++) {
    const bytes = mutate(pick(answerSeeds, random), random);
    try {
      const whole = readAnswer([bytes]);
      const cut = Math.floor(random() * bytes.length);
      assert.deepEqual(readAnswer([bytes.subarray(0, cut), bytes.subarray(cut)]), whole);
      if (whole.head !== undefined) checkHeaders(whole.head.headers);
      const complete = whole.refused === undefined && !whole.incomplete;
      if (complete && whole.head!.status >= 200 && whole.surplus === 0) {
        const node = await readAnswerWithNode(bytes);
        if (node !== undefined && !nodeDiffers.test(bytes.toString('latin1')))
          assert.deepEqual([node.status, node.body], [whole.head!.status, whole.body], 'Node reads it differently');
      }
      tally[whole.refused === undefined ? (complete ? 'accepted' : 'incomplete') : 'refused']++;
    } catch (error) {
      throw atRound(error, seed, round, bytes);
    }
  }
  return tally;
}

function checkSplits(bytes: Buffer, whole: Reading, random: () => number): void {
  const cuts = [0, Math.floor(random() * bytes.length), Math.floor(random() * bytes.length), bytes.length].sort((a, b) => a - b);
  const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
  assert.deepEqual(readRequests(pieces), whole, 'it depends on how it is cut');
}

function compareWithReference(bytes: Buffer, whole: Reading): void {
  const reference = referenceRead(bytes.toString('latin1'));
  assert.deepEqual(
    whole.requests.map(({ head: { method, target, headers, keepAlive }, body }) => ({ method, target, headers, body, keepAlive })),
    reference.requests,
    'the reference reads other requests',
  );
  if (reference.end === 'nothing') assert.equal(whole.refused, undefined, `the reference reads it; refused: ${whole.why}`);
  if (reference.end === 'broken') assert.notEqual(whole.refused, undefined, 'the reference finds it broken');
}

/** Node need not accept what we do, but must not read it differently. It stops where a request ends the connection. */
async function compareWithNode(bytes: Buffer, whole: Reading): Promise<void> {
  const last = whole.requests.findIndex(({ head }) => !head.keepAlive);
  const ours = last === -1 ? whole.requests : whole.requests.slice(0, last + 1);
  const theirs = await readWithNode(bytes);
  for (const [index, { head, body }] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined) return;
    assert.deepEqual(
      [other.method, other.headers, other.body],
      [head.method, head.headers, body],
      `Node reads request ${index} differently`,
    );
    if (other.target.startsWith('/')) assert.equal(other.target, head.target);
  }
  assert.ok(theirs.length <= ours.length || last !== -1 || whole.refused !== undefined, 'Node reads more requests');
}

/** Framing that two readers could take differently, and bytes that another may take for a line's end, are in nothing that was accepted. */
function checkUnambiguous(whole: Reading): void {
  for (const { head } of whole.requests) {
    checkHeaders(head.headers);
    assert.match(head.target, /^(?:\/[\x21-\x22\x24-\x7e]*|\*)$/);
  }
}

function checkHeaders(headers: readonly string[]): void {
  const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const framing = names.filter((name) => name === 'content-length' || name === 'transfer-encoding');
  assert.ok(framing.length <= 1, 'two ways to find the end of the body');
  for (const name of names) assert.match(name, /^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
  // oxlint-disable-next-line no-control-regex -- control bytes are what must not be there
  for (const text of headers) assert.doesNotMatch(text, /[\0-\x08\x0a-\x1f\x7f]/);
}

function atRound(error: unknown, seed: number, round: number, bytes: Buffer): Error {
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`seed ${seed}, round ${round}: ${text}\nbytes: ${JSON.stringify(bytes.toString('latin1'))}`, { cause: error });
}
