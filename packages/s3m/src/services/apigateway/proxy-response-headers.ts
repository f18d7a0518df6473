import { HeaderText, LineStart } from '../../http/header-text.ts';
import type { ResponseHead } from '../../http/message.ts';
import { NameLists } from '../../gateway/name-lists.ts';
import type { IntegrationTrace } from '../../trace/trace.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Headers for the client. */
export interface ClientHeaders {
  readonly text: HeaderText;
  /** Names that came, and went, for the trace. */
  readonly changes: NonNullable<IntegrationTrace['response']>;
}

/** Names that are the gateway's own (AG-243, AG-244, AG-246, AG-908, AG-917), as the trace tells them. */
const renames: ReadonlyMap<string, string> = new Map(
  [
    'Connection',
    'Content-Length',
    'Date',
    'Host',
    'Server',
    'WWW-Authenticate',
    'X-Forwarded-For',
    'x-amzn-requestid',
    'x-amz-apigw-id',
  ].map((name) => [name.toLowerCase(), name]),
);

/** Under which name a header comes back that is the gateway's own: spelled as it came (AG-917), but for the request's id (AG-244). */
export function renamed(name: string): string | undefined {
  const known = renames.get(name.toLowerCase());
  if (known === undefined) return undefined;
  return `x-amzn-Remapped-${known === 'x-amzn-requestid' ? known : name}`;
}

/** AG-245; Content-Encoding passes, or the body could not be read. */
const drops: ReadonlyMap<string, string> = new Map(['Transfer-Encoding', 'Via', 'Keep-Alive'].map((name) => [name.toLowerCase(), name]));

const none: readonly string[] = [];
const added: readonly string[] = ['x-amzn-RequestId', 'x-amz-apigw-id'];
const renamedLists = new NameLists();
const removedLists = new NameLists();
let lastChanges: ClientHeaders['changes'] = { added, renamed: none, removed: none };

/** One object for all answers that are treated alike. */
function toChanges(renamedNames: readonly string[], removedNames: readonly string[]): ClientHeaders['changes'] {
  const renamed = renamedLists.share(renamedNames);
  const removed = removedLists.share(removedNames);
  if (renamed !== lastChanges.renamed || removed !== lastChanges.removed) lastChanges = { added, renamed, removed };
  return lastChanges;
}

/** What becomes of a backend's header of one name. */
interface Verdict {
  /** What the client's line begins with; undefined for none. */
  readonly to: LineStart | undefined;
  readonly renamed: string | undefined;
  readonly removed: string | undefined;
  readonly isContentType: boolean;
}

/** By name as it is written, so that no name needs looking at twice. Backends use some dozens. */
const verdicts = new Map<string, Verdict>();
const maxVerdicts = 1000;

function judge(name: string): Verdict {
  const lower = name.toLowerCase();
  // A text of its own: the name is a piece of an answer's head.
  const own = Buffer.from(name, 'latin1').toString('latin1');
  const removed = drops.get(lower);
  const to = removed === undefined ? new LineStart(renamed(own) ?? own) : undefined;
  const verdict = { to, renamed: renames.get(lower), removed, isContentType: lower === 'content-type' };
  if (verdicts.size < maxVerdicts) verdicts.set(own, verdict);
  return verdict;
}

const contentTypeStart = new LineStart('Content-Type');

/**
 * What the client gets of an HTTP_PROXY backend's headers, as the strict reader found them: all but a few, each line by itself (AG-250, AG-251).
 * What a server writes itself is among those that were renamed or dropped.
 */
export function toClientHeaders(request: GatewayRequest, head: ResponseHead): ClientHeaders {
  const { text: others, changes } = ofHead(head);
  const text = new HeaderText();
  text.addMade(request.ids.answerLines);
  text.addText(others);
  return { text, changes };
}

/** Kept with heads that come again. */
const known = new WeakMap<ResponseHead, ClientHeaders>();

function ofHead(head: ResponseHead): ClientHeaders {
  if (head.repeated !== true) return translate(head);
  let headers = known.get(head);
  if (headers === undefined) {
    const { text, changes } = translate(head);
    known.set(head, (headers = { text: text.inOnePiece(), changes }));
  }
  return headers;
}

function translate({ status, headers }: ResponseHead): ClientHeaders {
  const text = new HeaderText();
  let renamed: string[] | undefined;
  let removed: string[] | undefined;
  let typed = status === 204 || status === 304;
  for (let index = 0; index < headers.length; index += 2) {
    const verdict = verdicts.get(headers[index]!) ?? judge(headers[index]!);
    if (verdict.isContentType && text.type === '') text.setType(verdict.to!, headers[index + 1]!);
    else if (verdict.to !== undefined) text.addRead(verdict.to, headers[index + 1]!);
    if (verdict.renamed !== undefined) (renamed ??= []).push(verdict.renamed);
    if (verdict.removed !== undefined) (removed ??= []).push(verdict.removed);
    if (verdict.isContentType) typed = true;
  }
  if (!typed) text.setType(contentTypeStart, 'application/json'); // AG-070
  return { text, changes: toChanges(renamed ?? none, removed ?? none) };
}
