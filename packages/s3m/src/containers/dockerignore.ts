/** A test of paths relative to the build context: true for what `.dockerignore` leaves out. The last pattern that matches decides. */
export function dockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: toPattern(line.replace(/^!\s*/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.keeps === false;
}

/** Go's filepath.Match with `**`; a pattern that matches a directory matches what is in it. */
function toPattern(line: string): RegExp {
  const clean = line.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  let source = '';
  for (let at = 0; at < clean.length; at += 1) {
    const char = clean.charAt(at);
    if (clean.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (clean.startsWith('**', at)) {
      source += '.*';
      at += 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[' && clean.includes(']', at + 2)) {
      const end = clean.indexOf(']', at + 2);
      source += `[${clean.slice(at + 1, end).replaceAll('\\', '\\\\')}]`;
      at = end;
    } else source += char.replace(/[\\^$.|+(){}[\]]/, '\\$&');
  }
  return new RegExp(`^${source}(?:/.*)?$`);
}
