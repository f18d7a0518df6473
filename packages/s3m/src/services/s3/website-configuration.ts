import type { PropertyReader } from '../property-reader.ts';
import { ResourceFailure } from '../resource-type.ts';
import { invalidProtocol, isProtocol, readRoutingRules, routingRulesProblem, type RoutingRule } from './routing-rules.ts';

/** What makes a bucket a website. Names are case-sensitive (S3W-019). */
export interface WebsiteConfiguration {
  /** `index.html`: appended to keys that end in a slash. */
  readonly indexSuffix: string;
  readonly errorKey?: string;
  readonly routingRules?: readonly RoutingRule[];
}

/** A website that sends everybody elsewhere: a single rule without a condition. */
const redirecting = 'RedirectAllRequestsTo';

/** @throws ResourceFailure with S3's text (S3W-017) */
export function readWebsiteConfiguration(configuration: PropertyReader | undefined): WebsiteConfiguration | undefined {
  if (configuration === undefined) return undefined;
  const problem = websiteProblem(configuration);
  if (problem !== undefined) throw new ResourceFailure(problem.message, { property: `WebsiteConfiguration.${problem.property}` });
  const elsewhere = configuration.object(redirecting);
  if (elsewhere !== undefined) {
    const protocol = elsewhere.optionalString('Protocol');
    const redirect = { status: 301, hostName: elsewhere.string('HostName'), ...(protocol === undefined ? {} : { protocol }) };
    return { indexSuffix: '', routingRules: [{ redirect }] };
  }
  const errorKey = configuration.optionalString('ErrorDocument');
  const routingRules = readRoutingRules(configuration);
  return {
    indexSuffix: configuration.string('IndexDocument'),
    ...(errorKey === undefined ? {} : { errorKey }),
    ...(routingRules.length === 0 ? {} : { routingRules }),
  };
}

/** What S3 says about a website configuration, and where; undefined when it is good. */
export function websiteProblem(configuration: PropertyReader): { readonly property: string; readonly message: string } | undefined {
  const elsewhere = configuration.object(redirecting);
  if (elsewhere !== undefined) {
    if (['IndexDocument', 'ErrorDocument', 'RoutingRules'].some((name) => configuration.has(name)))
      return { property: redirecting, message: 'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.' };
    const protocol = elsewhere.optionalString('Protocol');
    return protocol === undefined || isProtocol(protocol) ? undefined : { property: `${redirecting}.Protocol`, message: invalidProtocol };
  }
  const index = indexDocumentProblem(configuration.optionalString('IndexDocument'));
  if (index !== undefined) return { property: 'IndexDocument', message: index };
  const rules = routingRulesProblem(configuration);
  return rules === undefined ? undefined : { property: 'RoutingRules', message: rules };
}

function indexDocumentProblem(suffix: string | undefined): string | undefined {
  if (suffix === undefined) return 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty';
  return suffix === '' || suffix.includes('/') ? 'The IndexDocument Suffix is not well formed' : undefined;
}
