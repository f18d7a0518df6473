import { JavaMap, type JavaValue, type MapKey } from '../../../vtl/java-value.ts';
import { printValue } from '../../../vtl/print-value.ts';
import { VtlFailure } from '../../../vtl/vtl-problem.ts';

/** Values that a template may set once (AG-340). */
class OverrideMap extends JavaMap {
  readonly #name: string;
  readonly #anyNumber: ReadonlySet<MapKey> | undefined;

  /** `final` are the keys that count as overrides; all of them when absent. */
  constructor(name: string, final?: ReadonlySet<MapKey>) {
    super();
    this.#name = name;
    this.#anyNumber = final;
  }

  override put(key: MapKey, value: JavaValue): JavaValue {
    const counts = this.#anyNumber === undefined || this.#anyNumber.has(key);
    if (counts && this.entries.has(key)) throw new VtlFailure(`$context.${this.#name}.${String(key)} is set twice; overrides are final`);
    return super.put(key, value);
  }
}

/** `$context.requestOverride` (AG-358) */
export function createRequestOverride(): JavaMap {
  const map = new JavaMap();
  for (const place of ['header', 'path', 'querystring']) map.put(place, new OverrideMap(`requestOverride.${place}`));
  return map;
}

/** `$context.responseOverride` (AG-324, AG-358); other keys than these two are passed around (AG-323). */
export function createResponseOverride(): JavaMap {
  const map = new OverrideMap('responseOverride', new Set(['status']));
  map.put('header', new OverrideMap('responseOverride.header'));
  return map;
}

/** Names and values of one place of an override, in the order in which they were set; null is none. */
export function overridesOf(override: JavaMap, place: 'header' | 'path' | 'querystring'): readonly (readonly [string, string])[] {
  const map = override.get(place);
  if (!(map instanceof JavaMap)) return [];
  return [...map.entries].flatMap(([key, value]) => (value === undefined ? [] : [[String(key), printValue(value)] as const]));
}

/** The status that was set; one that is no integer from 100 to 599 does not count (AG-358). */
export function statusOverride(override: JavaMap): number | undefined {
  const status = override.get('status');
  return typeof status === 'bigint' && status >= 100n && status <= 599n ? Number(status) : undefined;
}
