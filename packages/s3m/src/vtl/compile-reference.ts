import { callMethod, readIndex, readProperty, writeIndex } from './call-method.ts';
import type { Cursor } from './cursor.ts';
import type { Frame } from './frame.ts';
import { isHost, JavaList, JavaMap, toKey, type JavaValue } from './java-value.ts';
import { VtlFailure } from './vtl-problem.ts';

/** A compiled value. */
export type Evaluate = (frame: Frame) => JavaValue;

/** Compiles a text in double quotes, which may hold references and directives. */
export type Interpolate = (text: string) => Evaluate;

/** A step after a reference's name: `.name`, `.name(...)`, `[...]`. */
type Access =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'method'; readonly name: string; readonly args: readonly Evaluate[] }
  | { readonly kind: 'index'; readonly index: Evaluate };

/** `$name.property.method(...)[index]` */
export interface Reference {
  readonly evaluate: Evaluate;
  /** Sets what the reference stands for. */
  readonly assign: (frame: Frame, value: JavaValue) => void;
  /** As it is written. */
  readonly source: string;
}

const start = /\$!?(\{)?(?=[A-Za-z_])/y;
const identifier = /[A-Za-z_][\w-]*/y;
const property = /\.([A-Za-z][\w-]*)/y;

/** A reference that begins here; undefined for a `$` that is only text. */
export function compileReference(cursor: Cursor, interpolate: Interpolate): Reference | undefined {
  const from = cursor.at;
  const opening = cursor.match(start);
  if (opening === undefined) return undefined;
  const name = cursor.match(identifier)![0];
  const steps = cursor.nested(() => readSteps(cursor, interpolate));
  if (opening[1] !== undefined && !cursor.take('}')) cursor.fail('} expected after a reference that begins with ${');
  const last = steps.at(-1);
  const holder = steps.slice(0, -1);
  return {
    evaluate: steps.length === 0 ? (frame) => frame.find(name) : (frame) => follow(frame, frame.find(name), steps),
    assign: (frame, value) => {
      if (last === undefined) frame.set(name, value);
      else assignStep(frame, follow(frame, frame.find(name), holder), last, value);
    },
    source: cursor.text.slice(from, cursor.at),
  };
}

function readSteps(cursor: Cursor, interpolate: Interpolate): Access[] {
  const steps: Access[] = [];
  for (;;) {
    if (cursor.take('[')) {
      const index = compileParameter(cursor, interpolate);
      cursor.expect(']', 'after an index');
      steps.push({ kind: 'index', index });
      continue;
    }
    const name = cursor.match(property)?.[1];
    if (name === undefined) return steps;
    if (!cursor.take('(')) {
      steps.push({ kind: 'property', name });
      continue;
    }
    steps.push({ kind: 'method', name, args: readList(cursor, ')', () => compileParameter(cursor, interpolate)) });
  }
}

function follow(frame: Frame, root: JavaValue, steps: readonly Access[]): JavaValue {
  let value = root;
  for (const step of steps) {
    if (value === undefined) return undefined;
    if (step.kind === 'property') value = readProperty(frame, value, step.name);
    else if (step.kind === 'index') value = readIndex(frame, value, step.index(frame));
    else {
      value = callMethod(
        frame,
        value,
        step.name,
        step.args.map((arg) => arg(frame)),
      );
    }
  }
  return value;
}

function assignStep(frame: Frame, holder: JavaValue, step: Access, value: JavaValue): void {
  if (step.kind === 'index') writeIndex(frame, holder, step.index(frame), value);
  else if (step.kind === 'property' && holder instanceof JavaMap) holder.put(step.name, value);
}

/** Items up to a closing sign, with commas between them. */
function readList<T>(cursor: Cursor, closing: string, item: () => T): T[] {
  const items: T[] = [];
  cursor.skipBlanks();
  if (cursor.take(closing)) return items;
  for (;;) {
    items.push(item());
    cursor.skipBlanks();
    if (cursor.take(closing)) return items;
    if (!cursor.take(',')) cursor.fail(`, or ${closing} expected`);
  }
}

const float = /-?(?:\d+\.(?!\.)\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/y;
const integer = /-?\d+/y;
const word = /(?:true|false)(?![\w@])/y;

/** A value as it may stand as an argument, an index or an element: no operators (Velocity 1.7). */
export function compileParameter(cursor: Cursor, interpolate: Interpolate): Evaluate {
  cursor.skipBlanks();
  const parameter = cursor.nested(() => tryParameter(cursor, interpolate));
  if (parameter === undefined)
    return cursor.fail(cursor.done ? 'the template ends within a value' : `a value expected, not ${cursor.next}`);
  cursor.skipBlanks();
  return parameter;
}

function tryParameter(cursor: Cursor, interpolate: Interpolate): Evaluate | undefined {
  switch (cursor.next) {
    case '$':
      return compileReference(cursor, interpolate)?.evaluate;
    case '"':
    case "'":
      return compileString(cursor, interpolate);
    case '[':
      return compileList(cursor, interpolate);
    case '{':
      return compileMap(cursor, interpolate);
  }
  const literal = cursor.match(word)?.[0];
  if (literal !== undefined) return constant(literal === 'true');
  const fraction = cursor.match(float)?.[0];
  if (fraction !== undefined) return constant(Number(fraction));
  const whole = cursor.match(integer)?.[0];
  return whole === undefined ? undefined : constant(BigInt(whole));
}

function constant(value: JavaValue): Evaluate {
  return () => value;
}

/** In single quotes as it stands; in double quotes with what `$` and `#` mean. */
function compileString(cursor: Cursor, interpolate: Interpolate): Evaluate {
  const quote = cursor.next;
  const written = cursor.match(quote === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /'([^']*)'/y)?.[1];
  if (written === undefined) return cursor.fail(`the text that begins here has no closing ${quote}`);
  if (quote === "'") return constant(written);
  const text = written.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /[$#]/.test(text) ? interpolate(text) : constant(text);
}

/** `[a, b]`, or the range `[a..b]` */
function compileList(cursor: Cursor, interpolate: Interpolate): Evaluate {
  cursor.take('[');
  cursor.skipBlanks();
  if (cursor.take(']')) return () => new JavaList([]);
  const first = compileParameter(cursor, interpolate);
  if (cursor.take('..')) {
    const last = compileParameter(cursor, interpolate);
    cursor.expect(']', 'after a range');
    return (frame) => range(frame, first(frame), last(frame));
  }
  const rest = cursor.take(',') ? readList(cursor, ']', () => compileParameter(cursor, interpolate)) : undefined;
  if (rest === undefined) cursor.expect(']', 'after a list');
  const items = [first, ...(rest ?? [])];
  return (frame) => {
    frame.spend(items.length);
    return new JavaList(items.map((item) => item(frame)));
  };
}

/** Null when an end is no integer. */
function range(frame: Frame, first: JavaValue, last: JavaValue): JavaValue {
  if (typeof first !== 'bigint' || typeof last !== 'bigint') return undefined;
  const step = first <= last ? 1n : -1n;
  const length = (last - first) * step + 1n;
  if (length > 1_000_000n) throw new VtlFailure(`The range [${first}..${last}] is too long`);
  frame.spend(Number(length));
  return new JavaList(Array.from({ length: Number(length) }, (_, index) => first + step * BigInt(index)));
}

function compileMap(cursor: Cursor, interpolate: Interpolate): Evaluate {
  cursor.take('{');
  const entries = readList(cursor, '}', () => {
    const key = compileParameter(cursor, interpolate);
    cursor.expect(':', 'between a key and its value');
    return { key, value: compileParameter(cursor, interpolate) };
  });
  return (frame) => {
    frame.spend(entries.length);
    const map = new JavaMap();
    for (const { key, value } of entries)
      map.put(
        toKey(key(frame), (other) => frame.print(other)),
        value(frame),
      );
    return map;
  };
}

/** What a value prints in a template: nothing for null (AG-909), unlike in Velocity itself. */
export function printReference(frame: Frame, value: JavaValue): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  return isHost(value) ? value.print() : frame.print(value);
}
