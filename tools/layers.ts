import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const source = join(import.meta.dirname, '..', 'packages', 's3m', 'src');

/** Which rooms a room may import, besides itself (ARCHITECTURE.md, "Layers"). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  cli: ['package-root.ts', 'engine', 'template', 'containers', 'capabilities', 'trace'],
  engine: [
    'services',
    'template',
    'graph',
    'capabilities',
    'containers',
    'network',
    'http',
    'policy',
    'signature',
    'state',
    'trace',
    'clock',
  ],
  services: [
    'package-root.ts',
    'gateway',
    'capabilities',
    'containers',
    'network',
    'http',
    'policy',
    'vtl',
    'regex',
    'signature',
    'x509',
    'state',
    'trace',
    'clock',
  ],
  gateway: ['capabilities', 'http', 'policy', 'trace', 'clock'],
  capabilities: ['network', 'policy', 'x509'],
  containers: ['package-root.ts', 'capabilities', 'clock'],
  trace: ['network'],
  network: [],
  graph: ['template'],
  template: ['regex'],
  policy: [],
  vtl: ['regex'],
  regex: [],
  signature: [],
  x509: [],
  http: ['clock'],
  state: [],
  clock: [],
  'package-root.ts': [],
  'index.ts': ['engine', 'trace'],
};

/** Imports that go where they may not: upwards, sideways, or from one service into another. */
export function checkLayers(): string[] {
  const problems: string[] = [];
  for (const file of globSync('**/*.ts', { cwd: source })) {
    const from = roomOf(file);
    const allowed = mayImport[from.room];
    if (allowed === undefined) {
      problems.push(`packages/s3m/src/${file}: the room "${from.room}" is not in tools/layers.ts`);
      continue;
    }
    if (
      file !== 'package-root.ts' &&
      /import\.meta\.(?:dirname|filename|resolve)|new URL\([^)]*import\.meta|fileURLToPath/.test(readFileSync(join(source, file), 'utf8'))
    )
      problems.push(`packages/s3m/src/${file}: a built program has other places than its sources; ask package-root.ts`);
    for (const target of importsOf(join(source, file))) {
      const to = roomOf(relative(source, target));
      if (to.room !== from.room && !allowed.includes(to.room))
        problems.push(`packages/s3m/src/${file}: ${from.room} may not import ${to.room} (${relative(source, target)})`);
      if (to.room === 'services' && from.room === 'services' && to.service !== undefined && to.service !== from.service) {
        problems.push(`packages/s3m/src/${file}: services don't import one another (${relative(source, target)})`);
      }
    }
  }
  return problems;
}

function roomOf(path: string): { readonly room: string; readonly service: string | undefined } {
  const parts = path.split(sep);
  return { room: parts[0]!, service: parts[0] === 'services' && parts.length > 2 ? parts[1] : undefined };
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier]) => join(dirname(file), specifier!));
}
