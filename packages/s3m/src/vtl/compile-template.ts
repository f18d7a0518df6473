import { compileExpression } from './compile-expression.ts';
import { compileParameter, compileReference, printReference, type Evaluate } from './compile-reference.ts';
import { Cursor } from './cursor.ts';
import { compileForeach } from './foreach.ts';
import { Frame, type Roots } from './frame.ts';
import type { HostObject, JavaValue } from './java-value.ts';
import { isTrue } from './operators.ts';
import type { Render, Signal } from './signal.ts';
import { VtlFailure } from './vtl-problem.ts';

/** A compiled template. */
export interface Template {
  /** Its text, when it is the same for each request. */
  readonly constant: string | undefined;
  /** @throws VtlFailure */
  render(roots: Roots): string;
}

/**
 * Compiles a template in the Velocity Template Language 1.7 (AG-357). Blanks and line ends are treated as by Velocity: a directive takes the
 * end of its line with it, `#set` the blanks before it as well.
 * @throws VtlSyntaxProblem
 */
export function compileTemplate(text: string): Template {
  const constant = /[#$\\]/.test(text) ? undefined : text;
  if (constant !== undefined) return { constant, render: () => constant };
  const { render } = compileAll(text);
  return {
    constant: undefined,
    render: (roots) => {
      const frame = new Frame(roots);
      try {
        render(frame);
      } catch (error) {
        // Deeply nested values exhaust the stack where they don't exhaust the steps.
        if (error instanceof RangeError) throw new VtlFailure(error.message, { cause: error });
        throw error;
      }
      return frame.text;
    },
  };
}

function compileAll(text: string): { readonly render: Render } {
  const cursor = new Cursor(text);
  const { render, end } = compileBlock(cursor);
  if (end !== undefined) cursor.fail(`#${end} without a directive that it would belong to`);
  return { render };
}

/** A text in double quotes is a template of its own. */
function interpolate(text: string): Evaluate {
  const { render } = compileAll(text);
  return (frame) => frame.sized(frame.capture(() => render(frame)).text);
}

/** What closes a block. */
type End = 'end' | 'else' | 'elseif' | undefined;

interface Block {
  readonly render: Render;
  readonly end: End;
}

const set = /[ \t]*#(?:set|\{set\}) *\(/y;
const escaped = /(\\+)(?=[$#])/y;
const plain = /[^$#\\]+/y;
const directive = /#(?:([A-Za-z_@][\w@]*)|\{([A-Za-z_]\w*)\})/y;
const lineEnd = /[ \t]*(?:\r\n|\r|\n)/y;
const known = new Set(['set', 'if', 'elseif', 'else', 'end', 'foreach', 'stop', 'break', 'define']);
/** Directives of Velocity that are not simulated: no fact tells whether AWS has them. */
const unsupported = new Set(['macro', 'include', 'parse', 'evaluate', 'literal']);

function compileBlock(cursor: Cursor): Block {
  return cursor.nested(() => {
    const parts: Render[] = [];
    while (!cursor.done) {
      const part = compileStatement(cursor);
      if (typeof part === 'string') return { render: sequence(parts), end: part };
      if (part !== undefined) parts.push(part);
    }
    return { render: sequence(parts), end: undefined };
  });
}

/** The next part; the word that ends the block; undefined for a comment. */
function compileStatement(cursor: Cursor): Render | Exclude<End, undefined> | undefined {
  if (cursor.match(set) !== undefined) return compileSet(cursor);
  const text = cursor.match(plain)?.[0];
  if (text !== undefined) return write(text);
  const backslashes = cursor.match(escaped)?.[1];
  if (backslashes !== undefined) return compileEscaped(cursor, backslashes);
  if (cursor.match(/##[^\r\n]*(?:\r\n|\r|\n)?/y) !== undefined) return undefined;
  if (cursor.next === '#') return compileHash(cursor);
  const reference = cursor.next === '$' ? compileReference(cursor, interpolate) : undefined;
  if (reference !== undefined) return (frame) => print(frame, reference.evaluate(frame));
  return write(cursor.match(/[\s\S]/y)![0]);
}

function compileHash(cursor: Cursor): Render | Exclude<End, undefined> | undefined {
  if (cursor.take('#[[')) return write(upTo(cursor, ']]#'));
  if (cursor.take('#*')) {
    upTo(cursor, '*#');
    return undefined;
  }
  const from = cursor.at;
  const match = cursor.match(directive);
  const name = match?.[1] ?? match?.[2];
  switch (name) {
    case 'if':
      return compileIf(cursor);
    case 'foreach':
      return readForeach(cursor);
    case 'define':
      return compileDefine(cursor);
    case 'stop':
      return () => 'stop';
    case 'break':
      return () => 'break';
    case 'end':
    case 'else':
      cursor.match(lineEnd);
      return name;
    case 'elseif':
      return name;
  }
  if (name !== undefined && (unsupported.has(name) || name.startsWith('@'))) cursor.fail(`#${name} is not simulated`, 'unsupported');
  if (match === undefined) {
    cursor.at = from + 1;
    return write('#');
  }
  skipArguments(cursor);
  return write(cursor.text.slice(from, cursor.at));
}

/** What follows a directive's name that Velocity does not know is not evaluated either. */
function skipArguments(cursor: Cursor): void {
  const before = cursor.at;
  cursor.match(/[ \t]*/y);
  if (!cursor.take('(')) {
    cursor.at = before;
    return;
  }
  for (cursor.skipBlanks(); !cursor.take(')'); cursor.skipBlanks()) {
    if (cursor.match(/,|[A-Za-z_@][\w@]*/y) === undefined) compileParameter(cursor, interpolate);
  }
  cursor.match(lineEnd);
}

function compileSet(cursor: Cursor): Render {
  cursor.skipBlanks();
  const target = compileReference(cursor, interpolate) ?? cursor.fail('a reference expected after #set(');
  cursor.expect('=', 'in #set');
  const value = compileExpression(cursor, interpolate);
  close(cursor);
  return (frame) => {
    const result = value(frame);
    // As in Velocity 1.7, a null leaves what was there before.
    if (result !== undefined) target.assign(frame, result);
    return undefined;
  };
}

function compileIf(cursor: Cursor): Render {
  const branches: { readonly condition: Evaluate; readonly body: Render }[] = [];
  let otherwise: Render | undefined;
  let end: End = 'elseif';
  while (end === 'elseif') {
    cursor.expect('(', 'after #if');
    const condition = compileExpression(cursor, interpolate);
    close(cursor);
    const block = compileBlock(cursor);
    branches.push({ condition, body: block.render });
    end = block.end;
  }
  if (end === 'else') ({ render: otherwise, end } = compileBlock(cursor));
  if (end !== 'end') cursor.fail('#end expected for #if');
  return (frame) => {
    for (const { condition, body } of branches) {
      frame.spend();
      if (isTrue(condition(frame))) return body(frame);
    }
    return otherwise?.(frame);
  };
}

function readForeach(cursor: Cursor): Render {
  cursor.expect('(', 'after #foreach');
  cursor.skipBlanks();
  const item = cursor.match(/\$!?(?:\{([A-Za-z_][\w-]*)\}|([A-Za-z_][\w-]*))\s+in(?![\w@])/y);
  if (item === undefined) return cursor.fail('$item in $list expected after #foreach(');
  const list = compileParameter(cursor, interpolate);
  close(cursor);
  return compileForeach(item[1] ?? item[2]!, list, bodyOf(cursor, 'foreach'));
}

/** `#define($name) ... #end`: rendered where it is used. */
function compileDefine(cursor: Cursor): Render {
  cursor.expect('(', 'after #define');
  cursor.skipBlanks();
  const target = compileReference(cursor, interpolate) ?? cursor.fail('a reference expected after #define(');
  close(cursor);
  const body = bodyOf(cursor, 'define');
  return (frame) => {
    let depth = 0;
    const block: HostObject = {
      kind: 'host',
      property: () => undefined,
      invoke: (name) => (name === 'toString' ? block.print() : undefined),
      print: () => {
        if (++depth > 20) throw new VtlFailure('#define uses itself');
        const { text } = frame.capture(() => body(frame));
        depth--;
        return frame.sized(text);
      },
    };
    target.assign(frame, block);
    return undefined;
  };
}

function bodyOf(cursor: Cursor, name: string): Render {
  const { render, end } = compileBlock(cursor);
  if (end !== 'end') cursor.fail(`#end expected for #${name}`);
  return render;
}

/** A directive's closing parenthesis, with the rest of a line that is blank. */
function close(cursor: Cursor): void {
  cursor.expect(')', 'at the end of a directive');
  cursor.match(lineEnd);
}

/** An odd number of backslashes takes its meaning from a reference or a known directive; each pair stands for one. */
function compileEscaped(cursor: Cursor, backslashes: string): Render | undefined {
  const from = cursor.at;
  const name = cursor.match(directive);
  const isDirective = name !== undefined && known.has(name[1] ?? name[2]!);
  if (name === undefined && cursor.next === '$') {
    const reference = compileReference(cursor, interpolate);
    if (reference === undefined) return write(backslashes);
    const halved = backslashes.slice(0, backslashes.length >> 1);
    if (backslashes.length % 2 === 1) return write(halved + reference.source);
    return (frame) => {
      frame.write(halved);
      return print(frame, reference.evaluate(frame));
    };
  }
  if (!isDirective) {
    cursor.at = from;
    return write(backslashes);
  }
  const halved = backslashes.slice(0, backslashes.length >> 1);
  if (backslashes.length % 2 === 1) return write(halved + name[0]);
  cursor.at = from;
  return write(halved);
}

function upTo(cursor: Cursor, closing: string): string {
  const end = cursor.text.indexOf(closing, cursor.at);
  if (end === -1) cursor.fail(`${closing} expected`);
  const text = cursor.text.slice(cursor.at, end);
  cursor.at = end + closing.length;
  return text;
}

function write(text: string): Render {
  return (frame) => {
    frame.write(text);
    return undefined;
  };
}

function print(frame: Frame, value: JavaValue): Signal {
  frame.spend();
  frame.write(printReference(frame, value));
  return undefined;
}

function sequence(parts: readonly Render[]): Render {
  if (parts.length === 1) return parts[0]!;
  return (frame) => {
    for (const part of parts) {
      const signal = part(frame);
      if (signal !== undefined) return signal;
    }
    return undefined;
  };
}
