import { compileJsonPath, JsonPathProblem, type JsonPath } from '../../../vtl/json-path.ts';
import { JavaMap, type JavaValue } from '../../../vtl/java-value.ts';
import { printJson } from '../../../vtl/print-value.ts';
import { JsonProblem, readJson } from '../../../vtl/read-json.ts';
import { VtlFailure } from '../../../vtl/vtl-problem.ts';

/** A body that should have been JSON. */
export class BodyNotJson extends Error {
  override readonly name = 'BodyNotJson';
}

/** A body as JSON, parsed when it is first asked for and once: what a template changes in it, later calls see. */
export class JsonDocument {
  readonly #body: Buffer | string;
  #text: string | undefined;
  #root: JavaValue;
  #parsed = false;

  constructor(body: Buffer | string) {
    this.#body = body;
  }

  get text(): string {
    return (this.#text ??= typeof this.#body === 'string' ? this.#body : this.#body.toString('utf8'));
  }

  /** Null for an empty body (AG-351). @throws BodyNotJson */
  get root(): JavaValue {
    if (this.#parsed) return this.#root;
    try {
      this.#root = this.text.trim() === '' ? undefined : readJson(this.text);
    } catch (error) {
      if (error instanceof JsonProblem) throw new BodyNotJson(error.message, { cause: error });
      throw error;
    }
    this.#parsed = true;
    return this.#root;
  }

  /** @throws BodyNotJson, VtlFailure */
  select(path: string): JavaValue {
    return compiled(path)(this.root);
  }

  /** `$input.json()`: an empty body counts as `{}`, what is not there as an empty text (AG-334, AG-349). */
  selectJson(path: string): string {
    const value = compiled(path)(this.root ?? new JavaMap());
    return value === undefined ? '""' : printJson(value);
  }
}

/** Paths of templates are few. */
const maxKept = 500;
const kept = new Map<string, JsonPath>();

function compiled(path: string): JsonPath {
  let compiledPath = kept.get(path);
  if (compiledPath === undefined) {
    try {
      compiledPath = compileJsonPath(path);
    } catch (error) {
      if (error instanceof JsonPathProblem) throw new VtlFailure(error.message, { cause: error });
      throw error;
    }
    if (kept.size >= maxKept) kept.clear();
    kept.set(path, compiledPath);
  }
  return compiledPath;
}
