import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from 'yaml';
import { TemplateError } from './assembly.ts';
import type { Json } from './json.ts';
import { appendPointer } from './json-pointer.ts';
import { nearestPlace, type ParsedTemplate } from './parsed-template.ts';
import { asTemplatesCountOn } from './scalar-tags.ts';

/** A YAML text that could not be read as a template. Line and column count from 1. */
class YamlProblem extends Error {
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** What is wrong in the reader's words; `message` is CloudFormation's. */
  readonly detail: string;

  constructor(message: string, detail: string, position?: { readonly line: number; readonly column: number }) {
    super(message);
    this.name = 'YamlProblem';
    this.detail = detail;
    this.line = position?.line;
    this.column = position?.column;
  }
}

interface YamlTemplate {
  readonly value: Json;
  /** Line and column by JSON pointer, of the key for members. */
  readonly positions: ReadonlyMap<string, { readonly line: number; readonly column: number }>;
}

/** Tags that YAML 1.1 has and CloudFormation does not support. */
const unsupportedTags = new Set(['binary', 'omap', 'pairs', 'set', 'timestamp', 'merge']);

/**
 * Reads a YAML 1.1 template with short function tags, which come out in their long form (CFN-001), and with the types that templates count on.
 * Aliases are refused as CloudFormation refuses them; so are keys that occur twice.
 * @throws TemplateError with the place (CFN-024)
 */
export function parseYamlTemplate(text: string, file: string): ParsedTemplate {
  try {
    const { value, positions } = readYaml(text);
    return { value, locate: (pointer) => ({ file, ...nearestPlace(positions, pointer) }) };
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const location = error.line === undefined ? { file } : { file, line: error.line, column: error.column! };
    throw new TemplateError([{ code: 'ValidationError', message: error.message, location, fix: error.detail }]);
  }
}

function readYaml(text: string): YamlTemplate {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    merge: false,
    lineCounter: lines,
    logLevel: 'error',
    customTags: (tags) => tags.filter((tag) => !unsupportedTags.has(tagName(tag))).map(asTemplatesCountOn),
  });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const start = lines.linePos(fault.pos[0]);
    throw new YamlProblem(
      `Template format error: YAML not well-formed. (line ${start.line}, column ${start.col})`,
      fault.code === 'DUPLICATE_KEY' ? 'The same key occurs twice in one map' : firstLine(fault.message),
      { line: start.line, column: start.col },
    );
  }

  const positions = new Map<string, { line: number; column: number }>();

  function position(node: Node | null | undefined): { line: number; column: number } | undefined {
    if (node?.range === undefined || node.range === null) return undefined;
    const { line, col } = lines.linePos(node.range[0]);
    return { line, column: col };
  }

  function note(pointer: string, node: Node | null | undefined): void {
    const place = position(node);
    if (place !== undefined && !positions.has(pointer)) positions.set(pointer, place);
  }

  function convert(node: Node | null, pointer: string): Json {
    const wrap = node === null ? undefined : longForm(node.tag);
    if (wrap === undefined) return convertBare(node, pointer);
    const inner = convertBare(node, appendPointer(pointer, wrap));
    return { [wrap]: wrap === 'Fn::GetAtt' && typeof inner === 'string' ? splitAttribute(inner) : inner };
  }

  function convertBare(node: Node | null, pointer: string): Json {
    if (node === null) return null;
    note(pointer, node);
    if (isAlias(node)) {
      throw new YamlProblem(
        'Template error: YAML aliases are not allowed in CloudFormation templates',
        `Alias *${node.source}`,
        position(node),
      );
    }
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => convertPair(pair as Pair<Node, Node | null>, pointer)));
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const place = appendPointer(pointer, index);
        note(place, item as Node);
        return convert(item as Node, place);
      });
    }
    return isScalar(node) ? scalarValue(node.value) : null;
  }

  function convertPair(pair: Pair<Node, Node | null>, pointer: string): [string, Json] {
    const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : String(pair.key);
    const place = appendPointer(pointer, key);
    note(place, pair.key);
    return [key, convert(pair.value, place)];
  }

  return { value: convert(document.contents, ''), positions };
}

function tagName(tag: unknown): string {
  if (typeof tag === 'string') return tag;
  return String((tag as { tag: string }).tag).replace('tag:yaml.org,2002:', '');
}

/** `!Ref` and `!Condition` keep their name, every other short tag `!X` means `Fn::X`. */
function longForm(tag: string | undefined): string | undefined {
  if (tag === undefined || !tag.startsWith('!') || tag.startsWith('!!') || tag === '!') return undefined;
  const name = tag.slice(1);
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

/** `Api.Outputs.Url` -> `["Api", "Outputs.Url"]` */
function splitAttribute(text: string): Json {
  const dot = text.indexOf('.');
  return dot === -1 ? text : [text.slice(0, dot), text.slice(dot + 1)];
}

function scalarValue(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}
