import type { Frame } from './frame.ts';
import type { JavaValue } from './java-value.ts';
import { VtlFailure } from './vtl-problem.ts';

/** A method of a Java class: undefined for arguments that it does not take, as for a method that is not there. */
export type Method<T> = (self: T, args: readonly JavaValue[], frame: Frame) => JavaValue;
export type Methods<T> = ReadonlyMap<string, Method<T>>;

/** Methods by name; the named one is there because every object of JavaScript has another of that name. */
interface MethodTable<T> {
  readonly [name: string]: Method<T>;
  readonly toString: Method<T>;
}

/** `valueOf` stands apart for the same reason. */
export function methodsOf<T>(table: MethodTable<T>, valueOf?: Method<T>): Methods<T> {
  const methods = new Map(Object.entries(table));
  if (valueOf !== undefined) methods.set('valueOf', valueOf);
  return methods;
}

/** An index argument, checked as Java does. @throws VtlFailure for one that is out of bounds */
export function indexWithin(value: JavaValue, length: number): number | undefined {
  if (typeof value !== 'bigint') return undefined;
  if (value < 0n || value > BigInt(length)) throw new VtlFailure(`Index ${value} is out of bounds for length ${length}`);
  return Number(value);
}
