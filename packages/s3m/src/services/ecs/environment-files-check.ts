import { listOf, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';

/** What AWS would refuse in the environment files of a container (ECS-022). The texts are inferred. */
export function checkEnvironmentFiles(container: Properties, at: string): Finding[] {
  const files = listOf(container['EnvironmentFiles']);
  const path = `${at}.EnvironmentFiles`;
  const findings: Finding[] = files.flatMap((file, index): Finding[] => {
    const [type, value] = [textOf(file['Type']), textOf(file['Value'])];
    if (type !== undefined && type !== 's3')
      return [invalid(`${path}[${index}].Type`, `The environment file type must be s3, it is ${type}.`)];
    if (value === undefined || /^arn:[^:]*:s3:::[^/]+\/.+\.env$/.test(value) || value.includes('unresolved:')) return [];
    return [
      invalid(`${path}[${index}].Value`, `The environment file must be the ARN of an S3 object whose name ends with .env, it is ${value}.`),
    ];
  });
  if (files.length > 10) findings.push(invalid(path, `A container can have at most 10 environment files, it has ${files.length}.`));
  return findings;
}

function invalid(property: string, message: string): Finding {
  return { property, kind: 'invalid', message };
}
