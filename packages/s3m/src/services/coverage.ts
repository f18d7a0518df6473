import type { Properties, ResourceType, Scope, Value } from './resource-type.ts';

/** A property of a resource that its type does not declare. */
export interface UnsupportedProperty {
  /** With array indices: `LoadBalancers[0].Foo`. */
  readonly path: string;
  /** Without: what `--accept TYPE.PATH` takes. */
  readonly declaredPath: string;
}

/** A property that has no effect here, and why. */
export interface InertProperty {
  readonly path: string;
  readonly reason: string;
}

/** Compares a resource's properties with what its type declares (DESIGN rule 3: nothing is ignored in silence). */
export function coverProperties(
  type: ResourceType,
  properties: Properties,
): { readonly unsupported: readonly UnsupportedProperty[]; readonly inert: readonly InertProperty[] } {
  const tree = declarationTree(type);
  const unsupported: UnsupportedProperty[] = [];
  const inert: InertProperty[] = [];
  const visit = (value: Value | undefined, node: Declaration, path: string, declaredPath: string): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, node, `${path}[${index}]`, declaredPath);
      return;
    }
    if (node.children.size === 0 || value === null || typeof value !== 'object') return;
    for (const [key, item] of Object.entries(value)) {
      const child = node.children.get(key) ?? node.children.get('*');
      const at = path === '' ? key : `${path}.${key}`;
      const declaredAt = declaredPath === '' ? key : `${declaredPath}.${key}`;
      if (child === undefined) unsupported.push({ path: at, declaredPath: declaredAt });
      else if (child.scope !== undefined && child.scope !== 'simulated') inert.push({ path: at, reason: child.scope.inert });
      else visit(item, child, at, declaredAt);
    }
  };
  visit(properties, tree, '', '');
  return { unsupported, inert };
}

interface Declaration {
  scope: Scope | undefined;
  readonly children: Map<string, Declaration>;
}

const trees = new WeakMap<ResourceType, Declaration>();

function declarationTree(type: ResourceType): Declaration {
  let root = trees.get(type);
  if (root === undefined) {
    root = { scope: undefined, children: new Map() };
    for (const [path, scope] of Object.entries(type.properties)) {
      let node: Declaration = root;
      for (const name of path.split('.')) {
        let child = node.children.get(name);
        if (child === undefined) {
          child = { scope: undefined, children: new Map() };
          node.children.set(name, child);
        }
        node = child;
      }
      node.scope = scope;
    }
    trees.set(type, root);
  }
  return root;
}
