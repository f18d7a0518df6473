import { listOf, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';

/** What AWS would refuse in the secrets of a container (ECS-020). */
export function checkSecrets(container: Properties, at: string, executionRole: unknown): Finding[] {
  const secrets = listOf(container['Secrets']);
  const names = listOf(container['Environment']).map((entry) => textOf(entry['Name']));
  const findings: Finding[] = [];
  if (secrets.length > 0 && (executionRole === undefined || executionRole === null)) {
    findings.push({
      property: `${at}.Secrets`,
      kind: 'invalid',
      message: "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
      fix: 'Add ExecutionRoleArn to the task definition: a role that may read the secrets.',
    });
  }
  secrets.forEach((secret, index) => {
    const name = textOf(secret['Name']);
    if (name !== undefined && names.includes(name)) {
      findings.push({
        property: `${at}.Secrets[${index}].Name`,
        kind: 'invalid',
        message: `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      });
    }
    names.push(name);
    for (const property of ['Name', 'ValueFrom'] as const)
      if (secret[property] === undefined)
        findings.push({
          property: `${at}.Secrets[${index}].${property}`,
          kind: 'invalid',
          message: `Secret.${property === 'Name' ? 'name' : 'valueFrom'} should not be null or empty.`,
        });
  });
  return findings;
}
