// @ts-check
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { typeWithin } from './module-scope.mjs';
import { RuntimeError } from './runtime-error.mjs';

const require = createRequire(import.meta.url);

/**
 * Loads the module of `file.export` below the code directory and answers the exported function (LMB-026, LMB-027).
 * @param {string} root absolute path of the code
 * @param {string} handler
 * @returns {Promise<(...values: unknown[]) => unknown>}
 */
export async function resolveHandler(root, handler) {
  if (handler.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const last = basename(handler);
  const match = /^([^.]*)\.(.*)$/.exec(last);
  if (match === null) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const [, file = '', path = ''] = match;
  const loaded = await load(root, join(handler.slice(0, handler.length - last.length), file));
  /** @type {any} */
  let found = loaded;
  for (const key of path.split('.')) found = found?.[key];
  if (found === undefined || found === null) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found;
}

/** @param {string} root @param {string} name */
async function load(root, name) {
  try {
    return await loadFile(root, name);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('Runtime.UserCodeSyntaxError', String(error), error);
    // An ES module's ERR_MODULE_NOT_FOUND passes as it is, as on AWS.
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error), error);
    }
    throw error;
  }
}

/** @param {string} root @param {string} name */
async function loadFile(root, name) {
  const path = resolve(root, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return require(path);
  if (existsSync(`${path}.js`)) {
    return typeWithin(root, dirname(path)) === 'module' ? await import(pathToFileURL(`${path}.js`).href) : require(`${path}.js`);
  }
  if (existsSync(`${path}.mjs`)) return await import(pathToFileURL(`${path}.mjs`).href);
  if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
  const stack = `Require stack:\n- ${import.meta.filename}`;
  throw Object.assign(new Error(`Cannot find module '${basename(name)}'\n${stack}`), { code: 'MODULE_NOT_FOUND' });
}
