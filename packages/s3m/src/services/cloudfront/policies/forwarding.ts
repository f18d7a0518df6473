/** Which names of a kind are taken. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly names: ReadonlySet<string> }
  | { readonly kind: 'except'; readonly names: ReadonlySet<string> };

/** What goes on to the origin of a viewer's request. Header names are in lower case. */
export interface Forwarding {
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly query: Selection;
}

export const none: Selection = { kind: 'none' };
export const all: Selection = { kind: 'all' };

export function only(...names: readonly string[]): Selection {
  return { kind: 'only', names: new Set(names) };
}

export function except(...names: readonly string[]): Selection {
  return { kind: 'except', names: new Set(names) };
}

/** Whether one of several policies takes a name: a cache policy and an origin request policy add up. */
export function isForwarded(policies: readonly Forwarding[], kind: keyof Forwarding, name: string): boolean {
  return policies.some(({ [kind]: selection }) => {
    switch (selection.kind) {
      case 'none':
        return false;
      case 'all':
        return true;
      case 'only':
        return selection.names.has(name);
      case 'except':
        return !selection.names.has(name);
    }
  });
}
