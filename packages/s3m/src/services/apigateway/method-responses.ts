import { entriesOf, isObject, isUnresolved, listOf, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { invalid } from './finding.ts';

/**
 * What AWS would refuse of `MethodResponses` and of the integration responses that have to be declared there: each one's status (AG-312),
 * and each header that it sets (AG-314, AG-315).
 */
export function checkMethodResponses({ MethodResponses: declared, Integration: integration }: Properties): readonly Finding[] {
  const methodResponses = listOf(declared);
  const findings = methodResponses.flatMap(({ StatusCode: status }, index) =>
    status === undefined || isUnresolved(status) || /^[1-5]\d\d$/.test(String(status))
      ? []
      : [invalid(`MethodResponses[${index}].StatusCode`, `Invalid status code specified: ${String(status)}`)],
  );
  if (!isObject(integration) || methodResponses.some(({ StatusCode: status }) => isUnresolved(status))) return findings;
  for (const [index, response] of listOf(integration['IntegrationResponses']).entries()) {
    const at = `Integration.IntegrationResponses[${index}]`;
    const status = textOf(response['StatusCode']);
    if (status === undefined) continue;
    const methodResponse = methodResponses.find(({ StatusCode: other }) => String(other) === status);
    if (methodResponse === undefined) {
      findings.push(
        invalid(
          `${at}.StatusCode`,
          'Invalid Response status code specified',
          `Add {StatusCode: ${status}} to the method's MethodResponses.`,
        ),
      );
      continue;
    }
    findings.push(...checkHeaders(response, methodResponse, `${at}.ResponseParameters`));
  }
  return findings;
}

function checkHeaders(response: Properties, methodResponse: Properties, at: string): Finding[] {
  const declared = methodResponse['ResponseParameters'];
  return entriesOf(response['ResponseParameters']).flatMap(([target]) => {
    if (!target.startsWith('method.response.header.') || (isObject(declared) && Object.hasOwn(declared, target))) return [];
    return [
      invalid(
        `${at}.${target}`,
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ${target}]`,
        `Declare ${target} in the method response's ResponseParameters.`,
      ),
    ];
  });
}
