import type { SourceLocation } from './assembly.ts';
import type { Json } from './json.ts';

/** A template's text as data, with the way back to its lines. */
export interface ParsedTemplate {
  readonly value: Json;
  locate(pointer: string): SourceLocation;
}

/** The place of `pointer` or of the closest thing around it. */
export function nearestPlace<T>(places: ReadonlyMap<string, T>, pointer: string): T | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at);
    if (place !== undefined || at === '') return place;
  }
}
