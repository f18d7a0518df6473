import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files for a test; disposing removes it. */
export interface Project extends Disposable {
  readonly directory: string;
  path(...names: string[]): string;
  write(name: string, content: string): string;
}

export function createProject(): Project {
  const directory = mkdtempSync(join(tmpdir(), 's3m-constructs-'));
  return {
    directory,
    path: (...names) => join(directory, ...names),
    write(name, content) {
      const file = join(directory, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A front end that is built, an authorizer and a service, as little as synthesis needs. */
export function writeSources(project: Project): { readonly site: string; readonly authorizer: string; readonly service: string } {
  project.write('site/index.html', '<!doctype html>');
  project.write('service/Dockerfile', 'FROM scratch\n');
  return {
    site: project.path('site'),
    service: project.path('service'),
    authorizer: project.write('authorizer.ts', 'export const handler = async (): Promise<string> => "no";\n'),
  };
}
