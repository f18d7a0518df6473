import { ResourceFailure, type Properties } from '../../resource-type.ts';
import { childOf, childrenOf, textOf, type XmlElement } from '../../parse-xml.ts';
import type { XmlNode } from '../../print-xml.ts';
import { readDocument } from './read-document.ts';
import { noContent, xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { S3Error } from './s3-error.ts';

/** Elements of a redirect, as documents and templates name them alike. */
const redirectElements = ['HostName', 'HttpRedirectCode', 'Protocol', 'ReplaceKeyPrefixWith', 'ReplaceKeyWith'];
const conditionElements = ['HttpErrorCodeReturnedEquals', 'KeyPrefixEquals'];

/** GetBucketWebsite (S3W-008). */
export function getBucketWebsite({ bucket }: BucketCall): S3Answer {
  const { website } = bucket.settings;
  if (website === undefined) {
    throw new S3Error(404, 'NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', [
      ['BucketName', bucket.name],
    ]);
  }
  return xmlAnswer('WebsiteConfiguration', toElements(website));
}

/** PutBucketWebsite: the website answers on a port of its own, which a notice tells. */
export async function putBucketWebsite(call: BucketCall): Promise<S3Answer> {
  const { bucket, account } = call;
  const website = toProperties(readDocument(call, 'WebsiteConfiguration'));
  const before = bucket.site?.port;
  try {
    await bucket.site?.configure(website, bucket.name);
  } catch (error) {
    if (!(error instanceof ResourceFailure)) throw error;
    // S3W-017: what concerns routing rules is an invalid request.
    const code = error.property?.includes('RoutingRules') === true ? 'InvalidRequest' : 'InvalidArgument';
    throw new S3Error(400, code, error.message);
  }
  const port = bucket.site?.port;
  if (port !== before)
    account.emit({ event: 'notice', message: `The website of bucket "${bucket.name}" answers at http://127.0.0.1:${port}` });
  return { status: 200 };
}

/** DeleteBucketWebsite. */
export async function deleteBucketWebsite({ bucket }: BucketCall): Promise<S3Answer> {
  await bucket.site?.configure(undefined, bucket.name);
  return noContent;
}

/** A configuration as templates have it. */
function toProperties(document: XmlElement): Properties {
  const index = childOf(document, 'IndexDocument');
  const error = childOf(document, 'ErrorDocument');
  const everything = childOf(document, 'RedirectAllRequestsTo');
  const rules = childOf(document, 'RoutingRules');
  return {
    ...(index === undefined ? {} : { IndexDocument: textOf(index, 'Suffix') ?? '' }),
    ...(error === undefined ? {} : { ErrorDocument: textOf(error, 'Key') ?? '' }),
    ...(everything === undefined ? {} : { RedirectAllRequestsTo: texts(everything, ['HostName', 'Protocol']) }),
    ...(rules === undefined
      ? {}
      : {
          RoutingRules: childrenOf(rules, 'RoutingRule').map((rule) => {
            const condition = childOf(rule, 'Condition');
            return {
              ...(condition === undefined ? {} : { RoutingRuleCondition: texts(condition, conditionElements) }),
              RedirectRule: texts(childOf(rule, 'Redirect'), redirectElements),
            };
          }),
        }),
  };
}

function texts(element: XmlElement | undefined, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = element === undefined ? undefined : textOf(element, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function toElements(website: Properties): readonly XmlNode[] {
  const { IndexDocument: index, ErrorDocument: error, RedirectAllRequestsTo: everything, RoutingRules: rules } = website;
  return [
    ['RedirectAllRequestsTo', fields(everything, ['HostName', 'Protocol'])],
    ['IndexDocument', index === undefined ? undefined : [['Suffix', String(index)]]],
    ['ErrorDocument', error === undefined ? undefined : [['Key', String(error)]]],
    [
      'RoutingRules',
      Array.isArray(rules)
        ? rules.map((rule): XmlNode => {
            const { RoutingRuleCondition: condition, RedirectRule: redirect } = rule as Properties;
            return [
              'RoutingRule',
              [
                ['Condition', fields(condition, conditionElements)],
                ['Redirect', fields(redirect, redirectElements)],
              ],
            ];
          })
        : undefined,
    ],
  ];
}

function fields(value: Properties[string] | undefined, names: readonly string[]): readonly XmlNode[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const object = value as Properties;
  return names.flatMap((name): XmlNode[] => (object[name] === undefined ? [] : [[name, String(object[name])]]));
}
