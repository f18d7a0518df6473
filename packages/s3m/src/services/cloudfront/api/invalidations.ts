import { childrenOf, parseXml, textOf, XmlProblem, type XmlElement } from '../../parse-xml.ts';
import type { XmlNode } from '../../print-xml.ts';
import { ServiceError } from '../../service-error.ts';
import type { DistributionCall, XmlAnswer } from './distribution-call.ts';

/** An invalidation: there is no cache, so it is done as soon as it is asked for. */
export interface Invalidation {
  readonly id: string;
  readonly created: string;
  readonly callerReference: string;
  readonly paths: readonly string[];
}

/** CreateInvalidation; one with the reference of an earlier one is that one. */
export function createInvalidation({ account, distribution, body, url }: DistributionCall): XmlAnswer {
  const { callerReference, paths } = readBatch(body);
  const same = [...distribution.invalidations.values()].find((each) => each.callerReference === callerReference);
  if (same !== undefined && same.paths.join('\n') !== paths.join('\n'))
    throw new ServiceError(
      'InvalidArgument',
      'Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.',
    );
  const id = `I${Array.from({ length: 25 }, () => alphabet[Math.floor(account.random() * alphabet.length)]).join('')}`;
  const invalidation = same ?? { id, created: new Date(account.clock.now()).toISOString(), callerReference, paths };
  distribution.invalidations.set(invalidation.id, invalidation);
  return { status: 201, root: 'Invalidation', elements: describe(invalidation), headers: { Location: `${url}/${invalidation.id}` } };
}

/** GetInvalidation */
export function getInvalidation({ distribution, path }: DistributionCall): XmlAnswer {
  const invalidation = distribution.invalidations.get(path[1] ?? '');
  if (invalidation === undefined)
    throw new ServiceError('NoSuchInvalidation', 'The specified invalidation does not exist.', { status: 404 });
  return { status: 200, root: 'Invalidation', elements: describe(invalidation) };
}

/** ListInvalidations: all on one page, the latest first. */
export function listInvalidations({ distribution }: DistributionCall): XmlAnswer {
  const all = [...distribution.invalidations.values()].toReversed();
  const items = all.map(({ id, created }): XmlNode => [
    'InvalidationSummary',
    [
      ['Id', id],
      ['CreateTime', created],
      ['Status', 'Completed'],
    ],
  ]);
  return {
    status: 200,
    root: 'InvalidationList',
    elements: [
      ['Marker', ''],
      ['MaxItems', 100],
      ['IsTruncated', false],
      ['Quantity', all.length],
      ['Items', items.length === 0 ? undefined : items],
    ],
  };
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function describe({ id, created, callerReference, paths }: Invalidation): readonly XmlNode[] {
  return [
    ['Id', id],
    ['Status', 'Completed'],
    ['CreateTime', created],
    [
      'InvalidationBatch',
      [
        [
          'Paths',
          [
            ['Quantity', paths.length],
            ['Items', paths.map((path): XmlNode => ['Path', path])],
          ],
        ],
        ['CallerReference', callerReference],
      ],
    ],
  ];
}

function readBatch(body: Buffer): { readonly callerReference: string; readonly paths: readonly string[] } {
  const malformed = new ServiceError(
    'MalformedXML',
    'The XML document you provided was not well-formed or did not validate against our published schema',
  );
  let batch: XmlElement;
  try {
    batch = parseXml(body.toString());
  } catch (error) {
    if (error instanceof XmlProblem) throw malformed;
    throw error;
  }
  const callerReference = textOf(batch, 'CallerReference');
  const given = childrenOf(batch, 'Paths')[0];
  if (batch.name !== 'InvalidationBatch' || callerReference === undefined || given === undefined) throw malformed;
  const paths = childrenOf(given, 'Items').flatMap((items) => childrenOf(items, 'Path').map(({ text }) => text));
  if (Number(textOf(given, 'Quantity')) !== paths.length)
    throw new ServiceError('InconsistentQuantities', 'The value of Quantity and the size of Items do not match.');
  if (paths.length === 0 || paths.some((path) => !path.startsWith('/')))
    throw new ServiceError('InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
  return { callerReference, paths };
}
