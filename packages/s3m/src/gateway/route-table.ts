/** The verbs that ANY stands for (AG-039), and the only ones a method can have. */
export const verbs: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/** A method to be found. */
export interface Route<M> {
  /** Path template: `/`, `/weather/{id}`, `/weather/{proxy+}`. */
  readonly path: string;
  /** A verb, or `ANY`. */
  readonly verb: string;
  readonly method: M;
}

/** A method that was found. */
export interface RouteMatch<M> {
  readonly method: M;
  /** Names and values in turn, values as they came: `['proxy', 'a%20b']`. */
  readonly parameters: readonly string[];
}

interface Node<M> {
  readonly literals: Map<string, Node<M>>;
  parameter: { readonly name: string; readonly node: Node<M> } | undefined;
  greedy: { readonly name: string; readonly methods: Map<string, M> } | undefined;
  readonly methods: Map<string, M>;
}

/** Whether a slash at the end of a path counts: in REST APIs it does not (AG-045), in HTTP APIs it does. */
export type TrailingSlash = 'ignored' | 'counts';

/** Finds the method for a path. The work depends on the number of segments, not on that of routes. */
export class RouteTable<M> {
  readonly #root: Node<M> = createNode();

  readonly #trailingSlash: TrailingSlash;

  constructor(routes: readonly Route<M>[], trailingSlash: TrailingSlash = 'ignored') {
    this.#trailingSlash = trailingSlash;
    for (const route of routes) this.#add(route);
  }

  /** `path` begins with a slash. Case counts (AG-044), nothing is decoded (AG-049). */
  match(path: string, verb: string): RouteMatch<M> | undefined {
    const strip = this.#trailingSlash === 'ignored' && path.length > 1 && path.charCodeAt(path.length - 1) === 0x2f;
    const end = strip ? path.length - 1 : path.length;
    const parameters: string[] = [];
    if (!verbs.has(verb)) return undefined;
    const method = search(this.#root, path, 1, end, verb, parameters);
    return method === undefined ? undefined : { method, parameters };
  }

  #add({ path, verb, method }: Route<M>): void {
    let node = this.#root;
    const segments = path === '/' ? [] : path.slice(1).split('/');
    for (const segment of segments) {
      const name = /^\{(.+?)(\+?)\}$/.exec(segment);
      if (name === null) {
        let child = node.literals.get(segment);
        if (child === undefined) node.literals.set(segment, (child = createNode()));
        node = child;
      } else if (name[2] === '+') {
        node.greedy ??= { name: name[1]!, methods: new Map() };
        node.greedy.methods.set(verb, method);
        return;
      } else {
        node.parameter ??= { name: name[1]!, node: createNode() };
        node = node.parameter.node;
      }
    }
    node.methods.set(verb, method);
  }
}

/** An explicit verb wins over ANY (AG-038). */
function findVerb<M>(methods: Map<string, M>, verb: string): M | undefined {
  return methods.get(verb) ?? methods.get('ANY');
}

/**
 * Literal before parameter before greedy (AG-035). A branch without the verb is left again (AG-036, AG-037); each node of the tree is
 * visited at most once.
 */
function search<M>(node: Node<M>, path: string, from: number, end: number, verb: string, parameters: string[]): M | undefined {
  if (from >= end && (from > end || from === 1)) return findVerb(node.methods, verb);
  const slash = path.indexOf('/', from);
  const next = slash === -1 || slash > end ? end : slash;
  const segment = path.slice(from, next);
  const literal = node.literals.get(segment);
  if (literal !== undefined) {
    const found = search(literal, path, next + 1, end, verb, parameters);
    if (found !== undefined) return found;
  }
  // A parameter is one segment with something in it (AG-042).
  if (node.parameter !== undefined && segment !== '') {
    parameters.push(node.parameter.name, segment);
    const found = search(node.parameter.node, path, next + 1, end, verb, parameters);
    if (found !== undefined) return found;
    parameters.length -= 2;
  }
  // A greedy one is all the rest, slashes and all (AG-046), and not nothing (AG-041).
  if (node.greedy !== undefined && from < end) {
    const found = findVerb(node.greedy.methods, verb);
    if (found !== undefined) parameters.push(node.greedy.name, path.slice(from, end));
    return found;
  }
  return undefined;
}

function createNode<M>(): Node<M> {
  return { literals: new Map(), parameter: undefined, greedy: undefined, methods: new Map() };
}
