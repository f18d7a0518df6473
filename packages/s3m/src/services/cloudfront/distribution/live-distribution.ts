import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Account } from '../../account.ts';
import { askBucket } from './ask-bucket.ts';
import { askServer } from './ask-server.ts';
import type { Behaviour, DistributionSettings } from './distribution-settings.ts';
import { fromEventRequest } from '../functions/edge-event.ts';
import type { EdgeFunction } from '../functions/edge-function.ts';
import { runFunction, withResponse, type FunctionOutcome } from '../functions/run-function.ts';
import { applyResponseHeaders, type ResponseHeadersPolicy } from '../policies/response-headers.ts';
import { badRequest, errorPage, invalidResult, methodNotAllowed, type EdgeError } from './edge-error.ts';
import { matchedPath } from './matched-path.ts';
import { drop, type EdgeAnswer } from './origin-answer.ts';
import { originHeaders, originQuery } from './origin-headers.ts';
import { readViewerRequest, type ViewerRequest } from './viewer-request.ts';

interface Outcome {
  readonly answer: EdgeAnswer;
  readonly cache: 'Miss' | 'Error' | 'FunctionGeneratedResponse' | 'FunctionExecutionError';
}

/** Of the request line and all headers (S3W-051). */
const maxHeadBytes = 20_480;

/** A distribution that runs: one edge, on a loopback port. Its plain HTTP stands for HTTPS; nothing is cached. */
export class LiveDistribution implements AsyncDisposable {
  readonly arn: string;
  readonly #account: Account;
  readonly #logicalId: string;
  readonly #id: string;
  readonly #domainName: string;
  readonly #server = createServer({ maxHeaderSize: maxHeadBytes }, (request, response) => void this.#serve(request, response));
  /** `1.1 0a1b...cloudfront.net (CloudFront)` */
  readonly #via = `1.1 ${randomBytes(16).toString('hex')}.cloudfront.net (CloudFront)`;
  /** Behaviours whose errors have been replaced, and that was told. */
  readonly #told = new Set<string>();
  #settings: DistributionSettings;

  constructor(
    account: Account,
    names: { readonly id: string; readonly domainName: string; readonly logicalId: string },
    settings: DistributionSettings,
  ) {
    this.#account = account;
    this.#logicalId = names.logicalId;
    this.#id = names.id;
    this.#domainName = names.domainName;
    this.arn = `arn:${account.partition}:cloudfront::${account.id}:distribution/${names.id}`;
    this.#settings = settings;
  }

  /** Answers the port. @throws ResourceFailure when one that the user named is taken */
  listen(): Promise<number> {
    return this.#account.ports.listen(this.#server, { name: 'site', logicalId: this.#logicalId, preferred: 8080 });
  }

  /** Serves by `settings` from the next request on. */
  configure(settings: DistributionSettings): void {
    this.#settings = settings;
    this.#told.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readViewerRequest(message, `${randomBytes(39).toString('base64url')}_w==`.slice(-56));
    try {
      const { answer, cache } = await this.#answer(request);
      message.resume();
      response.writeHead(answer.status, [
        ...answer.headers.flat(),
        // Otherwise Node adds for how long, which CloudFront does not tell.
        'Connection',
        /\bclose\b/i.test(message.headers.connection ?? '') ? 'close' : 'keep-alive',
        'X-Cache',
        `${cache} from cloudfront`,
        'Via',
        this.#via,
        'X-Amz-Cf-Pop',
        'IAD89-P1',
        'X-Amz-Cf-Id',
        request.id,
      ]);
      if (Buffer.isBuffer(answer.body)) response.end(answer.body);
      else await pipeline(answer.body, response);
    } catch (error) {
      // The viewer or the origin has gone away in the middle of a body.
      if (!response.headersSent) this.#account.emit({ event: 'notice', message: `Distribution ${this.#logicalId}: ${String(error)}` });
      response.destroy();
    }
  }

  /** What a viewer gets, and what stands in `X-Cache` (S3W-048). */
  async #answer(viewer: ViewerRequest): Promise<Outcome> {
    const { behaviours } = this.#settings;
    const path = matchedPath(viewer.path);
    const behaviour = behaviours.find(({ matches }) => matches(path)) ?? behaviours.at(-1)!;
    if (!behaviour.methods.has(viewer.method)) return this.#own(methodNotAllowed, viewer);
    if ((viewer.method === 'GET' || viewer.method === 'HEAD') && viewer.body !== undefined) return this.#own(badRequest, viewer);
    const before = behaviour.functionAt('viewer-request');
    const result = before === undefined ? undefined : await this.#run(before, viewer);
    if (result?.kind === 'failed') return this.#own(result.error, viewer, 'FunctionExecutionError');
    if (result?.kind === 'response')
      return {
        answer: withResponse({ status: 200, headers: [], body: nothing }, result.response, viewer.method),
        cache: 'FunctionGeneratedResponse',
      };
    const request = result === undefined ? viewer : fromEventRequest(viewer, result.request);
    const outcome = await this.#fetch(behaviour, request);
    const policy = behaviour.responseHeaders();
    const answer = policy === undefined ? outcome.answer : { ...outcome.answer, headers: withPolicy(policy, outcome.answer, request) };
    const after = behaviour.functionAt('viewer-response');
    // S3W-053
    if (after === undefined || outcome.cache === 'Error') return { ...outcome, answer };
    const changed = await this.#run(after, request, answer);
    if (changed.kind === 'response') return { answer: withResponse(answer, changed.response, request.method), cache: outcome.cache };
    drop(answer);
    return this.#own(changed.kind === 'failed' ? changed.error : invalidResult('it is a request'), viewer, 'FunctionExecutionError');
  }

  async #fetch(behaviour: Behaviour, request: ViewerRequest): Promise<Outcome> {
    const { defaultRootObject, errorResponses } = this.#settings;
    // S3W-046
    const path = request.path === '/' && defaultRootObject !== '' ? `/${defaultRootObject}` : request.path;
    const answer = await this.#ask(behaviour, { ...request, path });
    if (answer.status < 400) return { answer, cache: 'Miss' };
    const custom = errorResponses.get(answer.status);
    if (custom?.pagePath === undefined) return { answer, cache: 'Error' };
    drop(answer);
    this.#tell(behaviour, request, answer.status, custom.pagePath);
    return { answer: await this.#errorPage(request, custom.pagePath, custom.responseCode ?? answer.status), cache: 'Error' };
  }

  #run(edge: EdgeFunction, request: ViewerRequest, answer?: EdgeAnswer): Promise<FunctionOutcome> {
    const [id, domainName] = [this.#id, this.#domainName];
    return runFunction(edge, { id, domainName }, request, answer, (problem) =>
      this.#account.emit({
        event: 'notice',
        message: `Distribution ${this.#logicalId}: function ${edge.arn.split('/').at(-1)}: ${problem}`,
      }),
    );
  }

  /** The page comes through the behaviours like any other object; where that fails, its own status goes out (S3W-044). */
  async #errorPage(request: ViewerRequest, pagePath: string, status: number): Promise<EdgeAnswer> {
    const { body: _, ...head } = request;
    const { behaviours } = this.#settings;
    const behaviour = behaviours.find(({ matches }) => matches(pagePath)) ?? behaviours.at(-1)!;
    const page = await this.#ask(behaviour, {
      ...head,
      method: request.method === 'HEAD' ? 'HEAD' : 'GET',
      path: pagePath,
      query: undefined,
      headers: request.headers.filter(([name]) => !/^(range|if-.*|content-.*)$/.test(name)),
    });
    return page.status < 400 ? { ...page, status } : page;
  }

  #ask({ origin, forwarding }: Behaviour, request: ViewerRequest): Promise<EdgeAnswer> {
    const policies = forwarding();
    const { method, path, id, body } = request;
    const query = originQuery(request.query, policies);
    const headers = originHeaders(request, policies, origin, this.#via);
    if (origin.kind === 'bucket') return askBucket(this.#account, origin, { method, path, query, headers }, this.arn);
    // A default endpoint of API Gateway is found by its name: with the viewer's it is none.
    if (/\.execute-api\./.test(origin.domainName) && headers['host'] !== origin.domainName) {
      this.#account.emit({
        event: 'notice',
        message: `Distribution ${this.#logicalId} forwards the viewer's Host to ${origin.domainName}: API Gateway answers 403 to that. Use the origin request policy AllViewerExceptHostHeader`,
      });
      return Promise.resolve(forbidden);
    }
    return askServer(this.#account.clock, origin, { method, path, query, headers, id, ...(body === undefined ? {} : { body }) });
  }

  #own(error: EdgeError, { id, method }: ViewerRequest, cache: Outcome['cache'] = 'Error'): Outcome {
    const page = errorPage(error, id);
    const headers = [
      ['Server', 'CloudFront'],
      ['Content-Type', 'text/html'],
      ['Content-Length', String(page.length)],
    ] as const;
    return { answer: { status: error.status, headers, body: method === 'HEAD' ? nothing : page }, cache };
  }

  /** S3W-045: error pages are for the whole distribution, and whoever meant the site alone doesn't see it. */
  #tell({ pattern }: Behaviour, request: ViewerRequest, status: number, pagePath: string): void {
    if (pattern === '*' || this.#told.has(pattern)) return;
    this.#told.add(pattern);
    this.#account.emit({
      event: 'notice',
      message: `Distribution ${this.#logicalId} answered ${request.method} ${request.path} with ${pagePath} in place of the ${status} of its origin: CustomErrorResponses are for all behaviours, ${pattern} too`,
    });
  }
}

function withPolicy(
  policy: ResponseHeadersPolicy,
  { headers }: EdgeAnswer,
  { method, headers: own }: ViewerRequest,
): EdgeAnswer['headers'] {
  const origin = own.find(([name]) => name === 'origin')?.[1];
  const isPreflight = method === 'OPTIONS' && own.some(([name]) => name === 'access-control-request-method');
  return applyResponseHeaders(policy, headers, { origin, isPreflight });
}

const nothing = Buffer.alloc(0);

const forbidden: EdgeAnswer = {
  status: 403,
  headers: [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'ForbiddenException'],
    ['Content-Length', '23'],
  ],
  body: Buffer.from('{"message":"Forbidden"}'),
};
