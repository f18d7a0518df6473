import { isUtf8 } from 'node:buffer';
import type { Properties, Value } from '../resource-type.ts';

/** What stands in the files of one source for values that are known only when deploying. */
export interface Markers {
  /** By marker text: `<<marker:0xbaba:0>>`. */
  readonly values: Properties;
  readonly encodingOf: (marker: string) => string;
}

/** @param configuration an item of `SourceMarkersConfig` */
export function readMarkers(values: Value | undefined, configuration: Value | undefined): Markers {
  const settings = isObject(configuration) ? configuration : {};
  const encodings = isObject(settings['markerEncodings']) ? settings['markerEncodings'] : {};
  const fallback = String(settings['jsonEscape'] ?? 'false').toLowerCase() === 'true' ? 'UNQUOTED_JSON_VALUE' : 'LITERAL';
  return { values: isObject(values) ? values : {}, encodingOf: (marker) => String(encodings[marker] ?? fallback) };
}

/**
 * Puts the values in the place of the markers, then lets `localize` look at the whole text: an address may be made of several markers.
 * Files that are not text stay as they are.
 */
export function replaceMarkers(content: Buffer, { values, encodingOf }: Markers, localize: (text: string) => string): Buffer {
  const entries = Object.entries(values);
  if (entries.length === 0 || !isUtf8(content)) return content;
  let text = content.toString('utf8');
  for (const [marker, value] of entries) text = text.replaceAll(marker, () => encode(value, encodingOf(marker)));
  return Buffer.from(localize(text), 'utf8');
}

function encode(value: Value, encoding: string): string {
  switch (encoding) {
    case 'UNQUOTED_JSON_VALUE':
      return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
    case 'JSON_VALUE':
      return JSON.stringify(value);
    case 'YAML_STRING':
      return isPlainYaml(String(value)) ? String(value) : JSON.stringify(String(value));
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

function isPlainYaml(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9._-]*$/.test(text) && !/^(y|n|yes|no|true|false|on|off|null)$/i.test(text);
}

function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
