import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
export const factId: RegExp = /\b(?:AG|NLB|VPC|ECS|ECR|S3W|LMB|IAM|DDB|OIDC|CFN)-\d{3}\b/g;

/** Facts that are cited somewhere and stand nowhere in docs/facts. */
export function checkCitedFacts(): string[] {
  const known = new Set(
    globSync('docs/facts/*.md', { cwd: root }).flatMap((file) => readFileSync(join(root, file), 'utf8').match(factId) ?? []),
  );
  const files = globSync(
    ['packages/*/src/**/*.{ts,mjs,cjs}', 'packages/*/test/**/*.ts', 'conformance/**/*.{ts,json,md}', 'docs/*.md', '*.md'],
    { cwd: root },
  );
  return files.flatMap((file) => {
    const unknown = [...new Set(readFileSync(join(root, file), 'utf8').match(factId))].filter((id) => !known.has(id));
    return unknown.map((id) => `${file}: cites ${id}, which is not in docs/facts`);
  });
}
