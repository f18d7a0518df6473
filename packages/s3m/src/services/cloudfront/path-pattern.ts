/** Whether a path is one that a behaviour's pattern is about: `*` stands for any characters, `?` for one; case counts; a slash in front may be left out. */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const body = pattern.startsWith('/') ? pattern.slice(1) : pattern;
  const source = body
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^/?${source}$`, 's');
  return (path) => expression.test(path);
}
