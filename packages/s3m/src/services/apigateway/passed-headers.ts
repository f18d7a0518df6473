import { asVariable, oddName } from '../../gateway/cgi-variable.ts';
import { nominatedBy } from '../../gateway/nominated-headers.ts';
import { HeaderText, LineStart } from '../../http/header-text.ts';
import type { HeaderLines } from '../../http/message.ts';

/** The client's headers, and whether its User-Agent is among them. */
export interface Passed {
  readonly text: HeaderText;
  readonly removed: readonly string[];
  readonly userAgent: boolean;
}

/** What becomes of a client's header of one name, as far as the name alone decides. */
type Verdict =
  | { readonly kind: 'dropped'; readonly shown: string; readonly nominates: boolean }
  | { readonly kind: 'passes'; readonly start: LineStart; readonly group: NameGroup }
  /** Depends on the other headers. */
  | { readonly kind: 'odd' };

/** Names that differ in case only. */
interface NameGroup {
  readonly isUserAgent: boolean;
  readonly isAuthorization: boolean;
  /** The last request that had one. */
  seenBy: number;
}

/** Names that verdicts are kept of; clients use some dozens. */
const maxVerdicts = 1000;

/** Which of a client's headers pass to a backend, worked out for an integration at deployment. */
export class PassedHeaders {
  /** What the client's request may not bring: by name in lower case, the name for the trace. */
  readonly #dropped: ReadonlyMap<string, string>;
  /** By name as it is written. */
  readonly #verdicts = new Map<string, Verdict>();
  readonly #groups = new Map<string, NameGroup>();
  #turn = 0;

  /** @param taken names that the client may not bring */
  constructor(taken: readonly string[]) {
    this.#dropped = new Map(taken.flatMap((name) => [name.toLowerCase(), asVariable(name)].map((key) => [key, name] as const)));
  }

  pass(headers: HeaderLines): Passed {
    return this.#passEach(headers) ?? this.#passCombined(headers);
  }

  /** Most requests: each name comes once, and by itself says what becomes of the header. Undefined for other requests. */
  #passEach(headers: HeaderLines): Passed | undefined {
    const text = new HeaderText();
    const removed: string[] = [];
    const turn = ++this.#turn;
    let userAgent = false;
    for (let index = 0; index < headers.length; index += 2) {
      const verdict = this.#verdicts.get(headers[index]!) ?? this.#judge(headers[index]!);
      if (verdict.kind === 'odd') return undefined;
      if (verdict.kind === 'dropped') {
        if (verdict.nominates && nominatedBy(headers[index + 1]!) !== undefined) return undefined;
        removed.push(verdict.shown);
        continue;
      }
      const { group } = verdict;
      if (group.seenBy === turn) return undefined;
      group.seenBy = turn;
      if (group.isAuthorization && isSignature(headers[index + 1]!)) return undefined;
      if (group.isUserAgent) userAgent = true;
      text.addRead(verdict.start, headers[index + 1]!);
    }
    return { text, removed, userAgent };
  }

  #judge(name: string): Verdict {
    const verdict = this.#verdictOn(name);
    // A text of its own: the name is a piece of a request's head.
    if (this.#verdicts.size < maxVerdicts) this.#verdicts.set(Buffer.from(name, 'latin1').toString('latin1'), verdict);
    return verdict;
  }

  #verdictOn(name: string): Verdict {
    const lower = name.toLowerCase();
    const shown = this.#dropped.get(lower);
    if (shown !== undefined) return { kind: 'dropped', shown, nominates: lower === 'connection' };
    if (oddName.test(lower)) return { kind: 'odd' };
    let group = this.#groups.get(lower);
    if (group === undefined) {
      group = { isUserAgent: lower === 'user-agent', isAuthorization: lower === 'authorization', seenBy: 0 };
      if (this.#groups.size < maxVerdicts) this.#groups.set(Buffer.from(lower, 'latin1').toString('latin1'), group);
      else return { kind: 'odd' };
    }
    return { kind: 'passes', start: new LineStart(Buffer.from(name, 'latin1').toString('latin1')), group };
  }

  /** Headers that come more than once, or whose fate depends on others. */
  #passCombined(headers: HeaderLines): Passed {
    const lines: string[] = [];
    const removed: string[] = [];
    let userAgent = false;
    let nominated: string | undefined;
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index]!;
      const lower = name.toLowerCase();
      const refused = this.#dropped.get(lower) ?? (oddName.test(lower) ? this.#lookalike(headers, lower) : undefined);
      if (refused !== undefined) {
        removed.push(refused);
        if (lower === 'connection') nominated = nominated === undefined ? headers[index + 1]! : `${nominated},${headers[index + 1]!}`;
        continue;
      }
      if (lower === 'authorization' && isSignature(headers[index + 1]!)) {
        removed.push('Authorization');
        continue;
      }
      if (lower === 'user-agent') userAgent = true;
      if (!join(lines, lower, headers[index + 1]!)) lines.push(name, headers[index + 1]!);
    }
    if (nominated !== undefined) removeNominated(lines, nominated, removed);
    const text = new HeaderText();
    for (let index = 0; index < lines.length; index += 2) text.add(new LineStart(lines[index]!), lines[index + 1]!);
    return { text, removed, userAgent };
  }

  /** The header that a backend may take this odd name for: one that the gateway writes or drops, or another one of this request. */
  #lookalike(headers: HeaderLines, lower: string): string | undefined {
    const variable = asVariable(lower);
    const taken = this.#dropped.get(variable);
    if (taken !== undefined) return taken;
    return headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === variable) ? lower : undefined;
  }
}

/** AG-222 */
function isSignature(authorization: string): boolean {
  return authorization.startsWith('AWS4-HMAC-SHA256 ');
}

/** Takes out what the client's Connection names. */
function removeNominated(lines: string[], connection: string, removed: string[]): void {
  const names = nominatedBy(connection);
  if (names === undefined) return;
  for (let index = lines.length - 2; index >= 0; index -= 2) {
    if (names.has(lines[index]!.toLowerCase())) removed.push(...lines.splice(index, 2).slice(0, 1));
  }
}

/** Repeated headers go on as one, joined with commas (AG-233), cookies with semicolons (RFC 9110 section 5.3, RFC 6265 section 5.4). */
function join(lines: string[], lower: string, value: string): boolean {
  for (let index = 0; index < lines.length; index += 2) {
    if (lines[index]!.length === lower.length && lines[index]!.toLowerCase() === lower) {
      lines[index + 1] = `${lines[index + 1]!}${lower === 'cookie' ? '; ' : ','}${value}`;
      return true;
    }
  }
  return false;
}
