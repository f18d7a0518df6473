// @ts-check
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin, registerHooks } from 'node:module';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What AWS's Node.js runtimes bring along. */
const PROVIDED = /^@(aws-sdk|smithy)\//;

/**
 * Lets code of the function find packages where it would on AWS, and only there: in `node_modules` folders within the code directory,
 * in layers (NODE_PATH, CommonJS only) and, for the AWS SDK, in the runtime. Without this Node would go on to the folders above,
 * and a package that was not bundled would be missed on AWS only.
 * @param {string} root absolute path of the code
 * @param {string} sdkFrom a file next to whose `node_modules` the SDK is looked for
 */
export function limitLookup(root, sdkFrom) {
  const realRoot = realpathSync(root);
  const layers = (process.env.NODE_PATH ?? '').split(delimiter).filter(Boolean);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const name = packageName(specifier);
      const parent = context.parentURL?.startsWith('file:') === true ? fileURLToPath(context.parentURL) : undefined;
      if (name === undefined || parent === undefined || !parent.startsWith(realRoot + sep)) return nextResolve(specifier, context);
      if (isWithin(realRoot, dirname(parent), name)) return nextResolve(specifier, context);
      const isRequire = context.conditions.includes('require');
      if (isRequire && layers.some((layer) => existsSync(join(layer, name)))) return nextResolve(specifier, context);
      if (PROVIDED.test(specifier)) return nextResolve(specifier, { ...context, parentURL: pathToFileURL(sdkFrom).href });
      throw notFound(specifier, parent, isRequire);
    },
  });
}

/** The package of a bare specifier; undefined for paths, URLs, `#imports` and Node's own modules. @param {string} specifier */
function packageName(specifier) {
  if (/^(\.|\/|#|[a-z][a-z0-9+.-]*:)/i.test(specifier) || isBuiltin(specifier)) return undefined;
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** @param {string} root @param {string} from @param {string} name */
function isWithin(root, from, name) {
  for (let directory = from; directory.startsWith(root); directory = dirname(directory)) {
    if (existsSync(join(directory, 'node_modules', name))) return true;
  }
  return ownName(root, from) === name;
}

/** The name in the nearest package.json: a package may import itself by it. @param {string} root @param {string} from */
function ownName(root, from) {
  for (let directory = from; directory.startsWith(root); directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (!existsSync(manifest)) continue;
    try {
      return JSON.parse(readFileSync(manifest, 'utf8')).name;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** @param {string} specifier @param {string} parent @param {boolean} isRequire */
function notFound(specifier, parent, isRequire) {
  return isRequire
    ? Object.assign(new Error(`Cannot find module '${specifier}'\nRequire stack:\n- ${parent}`), {
        code: 'MODULE_NOT_FOUND',
        requireStack: [parent],
      })
    : Object.assign(new Error(`Cannot find package '${specifier}' imported from ${parent}`), { code: 'ERR_MODULE_NOT_FOUND' });
}
