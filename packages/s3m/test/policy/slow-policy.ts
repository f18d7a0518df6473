/** A policy evaluator that is obviously right and slow: what the fast one is compared with. Knows no conditions and no variables. */
export interface PlainStatement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
}

export function slowMatches(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] === '*') return slowMatches(pattern.slice(1), value) || (value !== '' && slowMatches(pattern, value.slice(1)));
  if (value === '') return false;
  return (pattern[0] === '?' || pattern[0] === value[0]) && slowMatches(pattern.slice(1), value.slice(1));
}

export function slowDecision(statements: readonly PlainStatement[], action: string, resource: string): string {
  const matching = statements.filter((statement) => {
    const ofAction =
      statement.Action === undefined
        ? !any(statement.NotAction!, (pattern) => slowMatches(pattern.toLowerCase(), action.toLowerCase()))
        : any(statement.Action, (pattern) => slowMatches(pattern.toLowerCase(), action.toLowerCase()));
    const ofResource =
      statement.Resource === undefined
        ? !any(statement.NotResource!, (pattern) => slowMatches(pattern, resource))
        : any(statement.Resource, (pattern) => slowMatches(pattern, resource));
    return ofAction && ofResource;
  });
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'explicit-deny';
  return matching.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'implicit-deny';
}

function any(patterns: string | readonly string[], test: (pattern: string) => boolean): boolean {
  return [patterns].flat().some(test);
}
