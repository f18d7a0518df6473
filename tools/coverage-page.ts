import { loadResourceTypes, resourceTypeNames } from '../packages/s3m/src/engine/resource-types.ts';
import { operationLines } from './coverage-operations.ts';
import type { Scope } from '../packages/s3m/src/services/resource-type.ts';

const declared = await loadResourceTypes(resourceTypeNames);

/** The coverage page: every resource type and property that is known, with its scope word and the reason. */
export function coveragePage(): string {
  const types = [...declared.values()].sort((a, b) => a.type.localeCompare(b.type));
  const lines = [
    '# Coverage',
    '',
    'Generated from the declarations in `packages/s3m/src/services/` (`node tools/check.ts --write`).',
    '',
    '- **simulated**: it behaves here as on AWS.',
    '- **inert**: it has no effect on behaviour here; the reason stands beside it.',
    '- What is not listed is **unsupported**: it is reported when the template is loaded and stops the start, unless it is accepted by name (`--accept`).',
    '',
    "IAM: DynamoDB, S3, ECR, Lambda's Invoke and methods with `AWS_IAM` deny what the caller's policies do not allow (`--iam audit` only tells). Roles that services use for themselves are not asked.",
    '',
    '## Operations of the AWS endpoint',
    '',
    "Each operation that AWS has: it is served, or refused by name in the form that the service's clients read (501 `UnsupportedOperation`; of S3 `NotImplemented`).",
    'A service that is not here answers 501 `UnsupportedService`, unless an endpoint is named for it (`AWS_ENDPOINT_URL_<SERVICE>`).',
    '',
    ...operationLines(),
    '## Resource types',
    '',
    '| resource type | scope |',
    '|---|---|',
    ...types.map(({ type, scope }) => `| [${type}](#${anchor(type)}) | ${word(scope)} |`),
    '',
  ];
  for (const type of types) {
    lines.push(`## ${type.type}`, '');
    if (type.scope !== 'simulated') lines.push(`Inert: ${type.scope.inert}.`, '');
    lines.push(`\`Fn::GetAtt\`: ${type.attributes.length === 0 ? 'none' : type.attributes.map((name) => `\`${name}\``).join(', ')}`, '');
    const properties = Object.entries(type.properties).sort(([a], [b]) => a.localeCompare(b));
    if (properties.length > 0) {
      lines.push('| property | scope |', '|---|---|', ...properties.map(([path, scope]) => `| \`${path}\` | ${word(scope)} |`), '');
    }
  }
  return lines.join('\n');
}

function word(scope: Scope): string {
  return scope === 'simulated' ? 'simulated' : `inert: ${scope.inert.replaceAll('|', String.raw`\|`)}`;
}

function anchor(type: string): string {
  return type.toLowerCase().replaceAll(':', '');
}
