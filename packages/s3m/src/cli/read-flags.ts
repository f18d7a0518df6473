import type { Invocation } from './verb.ts';
import { WrongUsage } from './wrong-usage.ts';

type Flags = Invocation['flags'];

export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function listFlag(flags: Flags, name: string): string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** `KEY=VALUE` flags as a map. @throws WrongUsage */
export function pairsFlag(flags: Flags, name: string, meaning: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const text of listFlag(flags, name)) {
    const at = text.indexOf('=');
    if (at < 1) throw new WrongUsage(`--${name} ${text}: expected ${meaning}`);
    pairs[text.slice(0, at)] = text.slice(at + 1);
  }
  return pairs;
}

/** A number above zero. @throws WrongUsage */
export function positiveFlag(flags: Flags, name: string): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new WrongUsage(`--${name} ${text}: expected a number above 0`);
  return value;
}

/** One of a few words. @throws WrongUsage */
export function choiceFlag<const T extends string>(flags: Flags, name: string, allowed: readonly T[]): T | undefined {
  const text = textFlag(flags, name);
  if (text === undefined || (allowed as readonly string[]).includes(text)) return text as T | undefined;
  throw new WrongUsage(`--${name} ${text}: expected ${allowed.join(', ')}`);
}
