/**
 * Gives a function's context what CloudFront's runtime has beside the language. Compiled in that context: it may use nothing of this file, and what
 * comes from outside stays in closures, behind `ask`.
 */
export function defineGlobals(outside, event, defineBuffer, defineModules) {
  'use strict';
  const { log, end, atob, btoa } = outside;
  const { parse, stringify } = JSON;

  const ask = (bridged, first, second, third) => {
    try {
      return bridged(first, second, third);
    } catch {
      // An error of Node's own, as when the stack is used up.
      throw new RangeError('Maximum call stack size exceeded');
    }
  };
  const converter = (bridged, name) => (value) => {
    const text = ask(bridged, `${value}`);
    if (text === undefined) throw new TypeError(`${name}: invalid character`);
    return text;
  };
  const print = (...items) => {
    let line = '';
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      line += `${index === 0 ? '' : ' '}${typeof item === 'string' ? item : stringify(item)}`;
    }
    ask(log, line);
  };
  const textOf = (error) => {
    try {
      return `${(error && error.stack) || error}`;
    } catch {
      return 'The function has thrown something that has no text';
    }
  };
  const run = (find) => {
    (async () => stringify(await find()(parse(event))))().then(
      (text) => ask(end, 'result', text),
      (error) => ask(end, 'error', textOf(error)),
    );
  };

  const Buffer = defineBuffer(ask, outside);
  const modules = defineModules(ask, outside, Buffer);
  const values = {
    console: { log: print, error: print },
    Buffer,
    require: (name) => {
      const found = modules.get(name);
      if (found === undefined) throw new Error(`no module named ${name}`);
      return found;
    },
    atob: converter(atob, 'atob'),
    btoa: converter(btoa, 'btoa'),
  };
  for (const name of Object.keys(values)) {
    Object.defineProperty(globalThis, name, { value: values[name], writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(globalThis, '__run', { value: run });
}
