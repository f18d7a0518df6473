import type { Evaluate } from './compile-reference.ts';
import type { Frame } from './frame.ts';
import { JavaList, JavaMap, type HostObject, type JavaValue } from './java-value.ts';
import type { Render } from './signal.ts';

/** Rounds of one loop (AG-356); the rest of a list is left out. */
const maxRounds = 1000;

/** `$foreach` within a loop. */
class Loop implements HostObject {
  readonly kind = 'host';
  readonly #size: number;
  readonly #parent: JavaValue;
  index = 0;

  constructor(size: number, parent: JavaValue) {
    this.#size = size;
    this.#parent = parent;
  }

  get hasNext(): boolean {
    return this.index + 1 < this.#size;
  }

  property(name: string): JavaValue {
    switch (name) {
      case 'index':
        return BigInt(this.index);
      case 'count':
        return BigInt(this.index + 1);
      case 'hasNext':
        return this.hasNext;
      case 'first':
        return this.index === 0;
      case 'last':
        return !this.hasNext;
      case 'parent':
        return this.#parent;
      case 'topmost':
        return this.#parent instanceof Loop ? this.#parent.property('topmost') : this;
    }
    return undefined;
  }

  invoke(name: string): JavaValue {
    if (name === 'hasNext') return this.hasNext;
    const [, rest] = /^(?:get|is)([A-Z]\w*)$/.exec(name) ?? [];
    return rest === undefined ? undefined : this.property(rest[0]!.toLowerCase() + rest.slice(1));
  }

  print(): string {
    return '{}';
  }
}

/** `#foreach($item in $list)`: over a list's items or a map's values. What the names stood for before comes back afterwards. */
export function compileForeach(item: string, list: Evaluate, body: Render): Render {
  const names = [item, 'foreach', 'velocityCount', 'velocityHasNext'];
  return (frame) => {
    const items = itemsOf(list(frame));
    if (items === undefined) return undefined;
    const saved = names.map((name) => frame.save(name));
    const loop = new Loop(items.length, frame.find('foreach'));
    frame.set('foreach', loop);
    const signal = runRounds(frame, { item, items, body, loop });
    for (const [index, name] of names.entries()) frame.restore(name, saved[index]!);
    return signal === 'stop' ? 'stop' : undefined;
  };
}

interface Rounds {
  readonly item: string;
  readonly items: readonly JavaValue[];
  readonly body: Render;
  readonly loop: Loop;
}

function runRounds(frame: Frame, { item, items, body, loop }: Rounds): ReturnType<Render> {
  for (const [index, value] of items.slice(0, maxRounds).entries()) {
    frame.spend();
    loop.index = index;
    frame.set(item, value);
    frame.set('velocityCount', BigInt(index + 1));
    frame.set('velocityHasNext', loop.hasNext);
    const signal = body(frame);
    if (signal !== undefined) return signal;
  }
  return undefined;
}

function itemsOf(value: JavaValue): readonly JavaValue[] | undefined {
  if (value instanceof JavaList) return [...value.items];
  return value instanceof JavaMap ? [...value.entries.values()] : undefined;
}
