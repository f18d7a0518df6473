import { JavaEntry, JavaList, JavaMap, type JavaValue } from './java-value.ts';
import { VtlFailure } from './vtl-problem.ts';

/** How deep values may be nested when they are printed; one that contains itself would never end. */
const maxDepth = 200;
/** Characters of one text, the size of the largest payload (AG-434). */
export const maxText: number = 10_485_760;

/** `toString()` of a value (AG-350): maps as `{a=1, b=2}`, lists as `[1, 2]` or JSON. Null is `null`. */
export function printValue(value: JavaValue, depth = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printDouble(value);
  if (typeof value !== 'object') return value === undefined ? 'null' : String(value);
  if (depth > maxDepth) throw new VtlFailure(`A value is nested more than ${maxDepth} deep`);
  if (value instanceof JavaEntry) return `${printValue(value.key, depth + 1)}=${printValue(value.value, depth + 1)}`;
  if (value instanceof JavaMap) {
    const parts = [...value.entries].map(([key, item]) => `${printValue(key, depth + 1)}=${printValue(item, depth + 1)}`);
    return bounded(`{${parts.join(', ')}}`);
  }
  if (value instanceof JavaList) {
    if (value.printsJson) return printJson(value, depth);
    return bounded(`[${value.items.map((item) => printValue(item, depth + 1)).join(', ')}]`);
  }
  return value.print();
}

/** JSON text without blanks. */
export function printJson(value: JavaValue, depth = 0): string {
  if (value === undefined) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? printDouble(value) : 'null';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (depth > maxDepth) throw new VtlFailure(`A value is nested more than ${maxDepth} deep`);
  if (value instanceof JavaList) return bounded(`[${value.items.map((item) => printJson(item, depth + 1)).join(',')}]`);
  if (value instanceof JavaMap) {
    const parts = [...value.entries].map(([key, item]) => `${JSON.stringify(printValue(key, depth + 1))}:${printJson(item, depth + 1)}`);
    return bounded(`{${parts.join(',')}}`);
  }
  return JSON.stringify(printValue(value, depth + 1));
}

/** `Double.toString()`: always with a point, with an exponent from 10^7 on and below 10^-3. */
export function printDouble(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

function bounded(text: string): string {
  if (text.length > maxText) throw new VtlFailure(`A text has more than ${maxText} characters`);
  return text;
}
