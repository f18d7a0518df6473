import { type PropertyReader } from '../property-reader.ts';
import { ResourceFailure } from '../resource-type.ts';

/** What makes a bucket a website. Names are case-sensitive (S3W-019). */
export interface WebsiteConfiguration {
  /** `index.html`: appended to keys that end in a slash. */
  readonly indexSuffix: string;
  readonly errorKey?: string;
}

/** @throws ResourceFailure with S3's text (S3W-017) */
export function readWebsiteConfiguration(configuration: PropertyReader | undefined): WebsiteConfiguration | undefined {
  if (configuration === undefined) return undefined;
  const indexSuffix = configuration.optionalString('IndexDocument');
  const problem = indexDocumentProblem(indexSuffix);
  if (problem !== undefined) throw new ResourceFailure(problem, { property: 'WebsiteConfiguration.IndexDocument' });
  const errorKey = configuration.optionalString('ErrorDocument');
  return { indexSuffix: indexSuffix!, ...(errorKey === undefined ? {} : { errorKey }) };
}

/** What S3 says about an index document's name; undefined when it is good. */
export function indexDocumentProblem(suffix: string | undefined): string | undefined {
  if (suffix === undefined) return 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty';
  return suffix === '' || suffix.includes('/') ? 'The IndexDocument Suffix is not well formed' : undefined;
}
