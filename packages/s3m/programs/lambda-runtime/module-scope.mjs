// @ts-check
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';

/**
 * Lets Node take the `.js` files of a function for CommonJS or ES modules as on AWS, where no package.json is above the code; here the application's own
 * is. Runtimes before nodejs24.x don't look at the syntax of a file whose package doesn't say what it is (AWS Lambda Developer Guide,
 * "Building Lambda functions with Node.js", experimental features that Lambda disables).
 * @param {string} root absolute path of the code
 * @param {boolean} detects whether the syntax decides where no package.json does
 */
export function limitScope(root, detects) {
  const realRoot = realpathSync(root);
  registerHooks({
    load(url, context, nextLoad) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : '';
      if (!path.endsWith('.js') || !path.startsWith(realRoot + sep) || typeWithin(realRoot, dirname(path)) !== undefined)
        return nextLoad(url, context);
      const format = detects && !isCommonJs(readFileSync(path, 'utf8')) ? 'module' : 'commonjs';
      return nextLoad(url, { ...context, format });
    },
  });
}

/** What was found, by folder. @type {Map<string, unknown>} */
const types = new Map();

/** `type` of the nearest package.json of the function's own. @param {string} root @param {string} from @returns {unknown} */
export function typeWithin(root, from) {
  if (!types.has(from)) types.set(from, readType(root, from));
  return types.get(from);
}

/** @param {string} root @param {string} from @returns {unknown} */
function readType(root, from) {
  for (let directory = from; directory.startsWith(root); directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (!existsSync(manifest)) continue;
    try {
      return JSON.parse(readFileSync(manifest, 'utf8')).type;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** @param {string} source */
function isCommonJs(source) {
  try {
    return compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname']) !== undefined;
  } catch {
    return false;
  }
}
