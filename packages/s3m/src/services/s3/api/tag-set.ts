import { childOf, childrenOf, textOf, type XmlElement } from '../../parse-xml.ts';
import type { XmlNode } from '../../print-xml.ts';
import { malformedXml, S3Error } from './s3-error.ts';

export type TagSet = Readonly<Record<string, string>>;

/** `x-amz-tagging`: tags as a query. @throws S3Error */
export function parseTaggingHeader(header: string | undefined): TagSet {
  if (header === undefined || header === '') return {};
  const pairs = [...new URLSearchParams(header)];
  return checkTags(pairs, 10);
}

/** `<Tagging><TagSet><Tag>`. @throws S3Error */
export function parseTagging(document: XmlElement, most: number): TagSet {
  const set = childOf(document, 'TagSet');
  if (document.name !== 'Tagging' || set === undefined) throw malformedXml();
  const pairs = childrenOf(set, 'Tag').map((tag): [string, string] => {
    const [key, value] = [textOf(tag, 'Key'), textOf(tag, 'Value')];
    if (key === undefined || value === undefined) throw malformedXml();
    return [key, value];
  });
  return checkTags(pairs, most);
}

/** S3 User Guide, "Categorizing your objects using tags". */
function checkTags(pairs: readonly (readonly [string, string])[], most: number): TagSet {
  if (pairs.length > most) throw new S3Error(400, 'BadRequest', `Object tags cannot be greater than ${most}`);
  const tags: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (Object.hasOwn(tags, key)) throw invalidTag('Cannot provide multiple Tags with the same key', key);
    if (key === '' || key.length > 128 || !isTagText(key)) throw invalidTag('The TagKey you have provided is invalid', key);
    if (value.length > 256 || !isTagText(value)) throw invalidTag('The TagValue you have provided is invalid', key, value);
    if (key.startsWith('aws:')) throw invalidTag('System tags cannot be added/updated by requester', key);
    tags[key] = value;
  }
  return tags;
}

function isTagText(text: string): boolean {
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text);
}

function invalidTag(message: string, key: string, value?: string): S3Error {
  return new S3Error(400, 'InvalidTag', message, [
    ['TagKey', key],
    ['TagValue', value],
  ]);
}

export function tagElements(tags: TagSet): readonly XmlNode[] {
  return [
    [
      'TagSet',
      Object.entries(tags).map(([key, value]): XmlNode => [
        'Tag',
        [
          ['Key', key],
          ['Value', value],
        ],
      ]),
    ],
  ];
}
