import { headerValue, type HeaderLines, type RequestHead } from '../../http/message.ts';
import type { RouteMatch, RouteTable } from '../../gateway/route-table.ts';
import type { Identity } from './authorizers/identity.ts';
import { sizeProblem } from './check-sizes.ts';
import type { Outcome } from './integration.ts';
import type { ForBackend } from './http-proxy-integration.ts';
import { hasValidEscapes, splitTarget, type RequestTarget } from './request-target.ts';
import type { CompiledMethod } from './snapshot.ts';
import { givenTraceId } from './trace-id.ts';

/**
 * What a request's head says by itself, without regard to time, caches and who else calls. Worked out once for all requests of a connection that come
 * with the same bytes. What it says to some part of the gateway that may be replaced (a deployment, an authorizer) is kept with that part,
 * and worked out anew for another one.
 */
export class RequestFacts {
  /** Whether others with the same bytes share it. */
  readonly repeated: boolean;
  readonly headers: HeaderLines;
  /** The TCP peer's address. */
  readonly peer: string;
  /** The verb that counts: the client's, or what `X-HTTP-Method-Override` makes of it (AG-057). */
  readonly verb: string;
  /** The client's own. */
  readonly method: string;
  readonly target: RequestTarget;
  /** As it came. */
  readonly rawTarget: string;
  readonly hasBody: boolean;
  readonly sizeProblem: Outcome | undefined;
  readonly validEscapes: boolean;
  /** The client's own `X-Amzn-Trace-Id`, if it is one. */
  readonly traceId: string | undefined;
  /** Stage, verb and path for the trace, as texts of their own. */
  readonly shown: { readonly stage: string; readonly verb: string; readonly path: string };

  /** What `$context.requestId` is of the client's own; undefined before it is asked for, null for the gateway's. */
  requestId: string | null | undefined = undefined;
  /** What the routes of the deployment that was asked last have for it. */
  route: { readonly routes: RouteTable<CompiledMethod>; readonly match: RouteMatch<CompiledMethod> | undefined } | undefined = undefined;
  /** The method's ARN in the stage that was asked last, by the ARN's beginning. */
  methodArn: { readonly prefix: string; readonly arn: string } | undefined = undefined;
  /** How the authorizer that was asked last identifies the caller. */
  identity: { readonly by: object; readonly identity: Identity } | undefined = undefined;
  /** What the integration that was run last makes of it for the backend. */
  sent: { readonly by: object; readonly forBackend: ForBackend } | undefined = undefined;

  /** @param target what a custom domain makes of the head's own */
  constructor(head: RequestHead, peer: string, target: RequestTarget = splitTarget(head.target)) {
    this.repeated = head.repeated === true;
    this.headers = head.headers;
    this.peer = peer;
    this.verb = headerValue(head.headers, 'X-HTTP-Method-Override') ?? head.method;
    this.method = head.method;
    this.target = target;
    this.rawTarget = head.target;
    this.hasBody = head.framing.kind !== 'none';
    this.sizeProblem = sizeProblem(head, target);
    this.validEscapes = hasValidEscapes(target.path) && hasValidEscapes(target.query);
    this.traceId = givenTraceId(head.headers);
    // Without the query: tokens get sent there, and a slice would keep it alive as long as the trace. What comes again is compared often.
    const own = target.query === '' && !this.repeated ? (text: string): string => text : ownCopy;
    this.shown = { stage: own(target.stage), verb: ownCopy(this.verb), path: own(target.path) };
  }
}

const known = new WeakMap<RequestHead, RequestFacts>();

/** Of a request at the API's own host. Kept with heads that come again. */
export function factsOf(head: RequestHead, peer: string): RequestFacts {
  if (head.repeated !== true) return new RequestFacts(head, peer);
  let facts = known.get(head);
  if (facts?.peer !== peer) known.set(head, (facts = new RequestFacts(head, peer)));
  return facts;
}

/** A string of its own; V8 makes a slice of 13 characters or more a view of the text that it was cut from. */
function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'latin1').toString('latin1');
}
