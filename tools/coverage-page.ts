import { loadResourceTypes, resourceTypeNames } from '../packages/s3m/src/engine/resource-types.ts';
import { ecr } from '../packages/s3m/src/services/ecr/api/serve-ecr.ts';
import { operations } from '../packages/s3m/src/services/s3/api/operations.ts';
import { tableOperations } from '../packages/s3m/src/services/dynamodb/table-operations.ts';
import { stsOperations } from '../packages/s3m/src/services/iam/sts/serve-sts.ts';
import { functionOperations } from '../packages/s3m/src/services/lambda/api/function-api.ts';
import { logs } from '../packages/s3m/src/services/logs/serve-logs.ts';
import { secretsManager } from '../packages/s3m/src/services/secretsmanager/serve-secrets-manager.ts';
import { ssm } from '../packages/s3m/src/services/ssm/serve-ssm.ts';
import type { Scope } from '../packages/s3m/src/services/resource-type.ts';

const declared = await loadResourceTypes(resourceTypeNames);

const jsonServices = [
  { title: 'CloudWatch Logs', operations: logs.operations },
  { title: 'Secrets Manager', operations: secretsManager.operations },
  { title: 'Systems Manager', operations: ssm.operations },
];

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
    'Every other operation of these services is refused by its name.',
    '',
    '| service | operations |',
    '|---|---|',
    `| S3 | ${list([...operations.values()].map(({ name }) => name))} |`,
    `| ECR | ${list(Object.keys(ecr.operations))}; and the OCI distribution protocol, for Docker |`,
    `| Lambda | ${list(['Invoke', ...functionOperations])} |`,
    `| DynamoDB | ${list(tableOperations)} |`,
    `| STS | ${list(stsOperations)} |`,
    ...jsonServices.map(({ title, operations: served }) => `| ${title} | ${list(Object.keys(served))} |`),
    '',
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

function list(names: readonly string[]): string {
  return [...names].sort().join(', ');
}

function word(scope: Scope): string {
  return scope === 'simulated' ? 'simulated' : `inert: ${scope.inert.replaceAll('|', String.raw`\|`)}`;
}

function anchor(type: string): string {
  return type.toLowerCase().replaceAll(':', '');
}
