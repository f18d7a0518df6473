import { matchesPattern } from '../../policy/pattern.ts';

/** Whether a path is one that a behaviour's pattern is about: `*` stands for any characters, `?` for one; case counts; a slash in front may be left out. */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const own = withoutSlash(pattern);
  return (path) => matchesPattern(own, withoutSlash(path));
}

function withoutSlash(text: string): string {
  return text.startsWith('/') ? text.slice(1) : text;
}
