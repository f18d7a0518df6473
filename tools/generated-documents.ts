import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformancePage } from './conformance-page.ts';
import { coveragePage } from './coverage-page.ts';
import { propertyKinds } from './property-kinds.ts';

const root = join(import.meta.dirname, '..');

const documents: Readonly<Record<string, () => string>> = {
  'docs/conformance.md': conformancePage,
  'docs/coverage.md': coveragePage,
  'packages/s3m/data/property-kinds.json': propertyKinds,
};

/** Compares generated documents with what the code says now, or writes them. */
export async function checkGeneratedDocuments(write: boolean): Promise<string[]> {
  const problems: string[] = [];
  for (const [file, make] of Object.entries(documents)) {
    const path = join(root, file);
    const wanted = make();
    if (write) writeFileSync(path, wanted);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== wanted)
      problems.push(`${file} is not what the code says; write it with: node tools/check.ts --write`);
  }
  return problems;
}
