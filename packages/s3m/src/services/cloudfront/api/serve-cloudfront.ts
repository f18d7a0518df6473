import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseAccess } from '../../access.ts';
import type { Account, AwsCall, AwsHandler } from '../../account.ts';
import { printXml, type XmlNode } from '../../print-xml.ts';
import { ServiceError, unsupported } from '../../service-error.ts';
import { ownPolicies } from '../policies/own-policies.ts';
import type { DistributionCall, XmlAnswer } from './distribution-call.ts';
import { findUnserved } from './unserved-operations.ts';
import { createInvalidation, getInvalidation, listInvalidations } from './invalidations.ts';

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

/** CloudFront API Reference, by method and path. */
const routes: readonly (readonly [name: string, method: string, path: RegExp, run: (call: DistributionCall) => XmlAnswer])[] = [
  ['CreateInvalidation', 'POST', /^\/2020-05-31\/distribution\/([^/]+)\/invalidation$/, createInvalidation],
  ['GetInvalidation', 'GET', /^\/2020-05-31\/distribution\/([^/]+)\/invalidation\/([^/]+)$/, getInvalidation],
  ['ListInvalidations', 'GET', /^\/2020-05-31\/distribution\/([^/]+)\/invalidation$/, listInvalidations],
];

/** Operations that are served. */
export const cloudFrontOperations: readonly string[] = routes.map(([name]) => name);

/** What is called after a site was published: invalidations. All else of a distribution is the template's. */
export function serveCloudFront(account: Account): AwsHandler {
  return (request, response, call) => {
    try {
      const { status, root, elements, headers = {} } = route(account, request, call);
      send(response, status, printXml(root, elements, { namespace }), headers);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const details: readonly XmlNode[] = [
        ['Type', 'Sender'],
        ['Code', error.code],
        ['Message', error.message],
      ];
      const elements: readonly XmlNode[] = [
        ['Error', details],
        ['RequestId', randomUUID()],
      ];
      send(response, error.status, printXml('ErrorResponse', elements, { namespace }), {});
    }
  };
}

function route(account: Account, request: IncomingMessage, call: AwsCall): XmlAnswer {
  const { method = '', url = '/' } = request;
  const path = url.split('?', 1)[0]!.replace(/\/$/, '');
  for (const [name, ofMethod, form, run] of routes) {
    const match = ofMethod === method ? form.exec(path) : null;
    if (match === null) continue;
    const id = match[1]!;
    const arn = `arn:${account.partition}:cloudfront::${account.id}:distribution/${id}`;
    const denial = refuseAccess(account, call.caller, { action: `cloudfront:${name}`, resource: arn, accessKeyId: call.accessKeyId });
    if (denial !== undefined) throw new ServiceError('AccessDenied', denial.message, { status: 403 });
    const distribution = ownPolicies(account).distributions.get(id);
    if (distribution === undefined)
      throw new ServiceError('NoSuchDistribution', 'The specified distribution does not exist.', { status: 404 });
    return run({ account, distribution, path: match.slice(1), url: `https://cloudfront.amazonaws.com${path}`, body: call.body });
  }
  const unserved = findUnserved(method, path.replace(/^\/[\d-]+/, ''), new URLSearchParams(url.split('?')[1] ?? ''));
  throw unsupported(`${unserved ?? `${method} ${path}`} of cloudfront is not served here; docs/coverage.md lists what is`);
}

function send(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, {
    'x-amzn-RequestId': randomUUID(),
    ...headers,
    'Content-Type': 'text/xml',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
