const unreserved = /^[\w.~-]$/;

/**
 * The path by which a request finds its behaviour (CloudFront Developer Guide, "Cache behavior settings", path normalization): characters that need no
 * escape have none (RFC 3986 section 6.2.2), several slashes are one, and dot segments are gone. The origin gets the path as it came.
 */
export function matchedPath(path: string): string {
  const plain = path.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return unreserved.test(character) ? character : escape.toUpperCase();
  });
  const kept: string[] = [];
  const segments = plain
    .replaceAll(/\/{2,}/g, '/')
    .split('/')
    .slice(1);
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (index === segments.length - 1 && (segment === '..' || segment === '.')) kept.push('');
  }
  return `/${kept.join('/')}`;
}
