import { asVariable } from '../../../gateway/cgi-variable.ts';
import { withoutNominated } from '../../../gateway/nominated-headers.ts';
import { parseQuery } from '../../../gateway/query-string.ts';
import type { HeaderLines } from '../../../http/message.ts';
import type { Source } from '../request/context-variables.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { compileSelection, compileValue } from '../request/selection-expression.ts';
import { parseMappingKey, type Operation } from './mapping-key.ts';

interface Mapping {
  readonly operation: Operation;
  readonly name: string;
  readonly source: Source;
}

/** A request as an integration is to get it. */
export interface MappedRequest {
  readonly headers: HeaderLines;
  /** Without `?`. */
  readonly query: string;
  /** Undefined unless the path was overwritten. */
  readonly path: string | undefined;
}

/** `RequestParameters` of an integration, compiled. */
export class RequestMapping {
  readonly #headers: readonly Mapping[];
  readonly #query: readonly Mapping[];
  readonly #path: Source | undefined;
  /** Names of mapped headers in lower case. */
  readonly #names: ReadonlySet<string>;
  /** What servers with CGI variables make of them. */
  readonly #variables: ReadonlySet<string>;

  /** @throws ExpressionProblem for keys and values that AWS refuses */
  constructor(parameters: Readonly<Record<string, string>>) {
    const headers: Mapping[] = [];
    const query: Mapping[] = [];
    let path: Source | undefined;
    for (const [key, value] of Object.entries(parameters)) {
      if (value === '') continue; // AWS takes a mapping away by this
      const { operation, place, name } = parseMappingKey(key, 'request');
      const mapping: Mapping = { operation, name, source: compileValue(value, compileSelection) };
      if (place === 'header') headers.push(mapping);
      else if (place === 'querystring') query.push(mapping);
      else path = mapping.source;
    }
    this.#headers = headers;
    this.#query = query;
    this.#path = path;
    this.#names = new Set(headers.map(({ name }) => name.toLowerCase()));
    this.#variables = new Set(headers.map(({ name }) => asVariable(name)));
  }

  /** Names of the headers that are set, for the trace. */
  get added(): readonly string[] {
    return this.#headers.filter(({ operation }) => operation !== 'remove').map(({ name }) => name);
  }

  /** A value that is missing leaves nothing behind where it was to overwrite: not the client's own either. */
  apply(request: HttpApiRequest): MappedRequest {
    return { headers: this.#mapHeaders(request), query: this.#mapQuery(request), path: this.#path?.(request) };
  }

  #mapHeaders(request: HttpApiRequest): HeaderLines {
    const headers = withoutNominated(request.headers);
    if (this.#headers.length === 0) return headers;
    let lines: string[] = [];
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index]!;
      // A look-alike of a mapped header is nothing that the client may bring.
      if (this.#variables.has(asVariable(name)) && !this.#names.has(name.toLowerCase())) continue;
      lines.push(name, headers[index + 1]!);
    }
    for (const { operation, name, source } of this.#headers) {
      if (operation !== 'append') lines = withoutHeader(lines, name);
      const value = operation === 'remove' ? undefined : source(request);
      if (value !== undefined) lines.push(name, value);
    }
    return lines;
  }

  #mapQuery(request: HttpApiRequest): string {
    const { query } = request.target;
    if (this.#query.length === 0) return query;
    let pairs = parseQuery(query);
    for (const { operation, name, source } of this.#query) {
      if (operation !== 'append') pairs = pairs.filter((_, index) => pairs[index - (index % 2)] !== name);
      const value = operation === 'remove' ? undefined : source(request);
      if (value !== undefined) pairs.push(name, value);
    }
    let text = '';
    for (let index = 0; index < pairs.length; index += 2) {
      text += `${text === '' ? '' : '&'}${encodeURIComponent(pairs[index]!.toWellFormed())}=${encodeURIComponent(pairs[index + 1]!.toWellFormed())}`;
    }
    return text;
  }
}

export function withoutHeader(lines: HeaderLines, name: string): string[] {
  const lower = name.toLowerCase();
  return lines.filter((_, index) => lines[index - (index % 2)]!.toLowerCase() !== lower);
}
