// @ts-check

/** An error of the runtime itself, with the type that AWS's Node.js runtime reports (LMB-027, LMB-028). */
export class RuntimeError extends Error {
  /** @param {string} type @param {string} message @param {unknown} [cause] */
  constructor(type, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = type;
    if (cause instanceof Error) Object.assign(this, { stack: cause.stack });
  }
}

/**
 * The error object that is posted: `trace` of an Error, nothing of anything else (LMB-030, LMB-031, AG-489).
 * @param {unknown} error
 * @returns {{errorType: string, errorMessage: string, trace: string[]}}
 */
export function toErrorResponse(error) {
  if (isError(error)) {
    return {
      errorType: error.name?.replaceAll('\x7F', '%7F') ?? 'Error',
      errorMessage: String(error.message ?? error).replaceAll('\x7F', '%7F'),
      trace: (error.stack ?? '').replaceAll('\x7F', '%7F').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/**
 * The same for the log, with the error's own fields (LMB-050).
 * @param {unknown} error
 */
export function toLoggedError(error) {
  if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), stack: [] };
  return {
    errorType: error.name || 'Error',
    errorMessage: error.message,
    ...('code' in error ? { code: error.code } : {}),
    ...Object.fromEntries(Object.entries(error).filter(([key]) => key !== 'name')),
    stack: (error.stack ?? '').split('\n'),
  };
}

/** @param {unknown} value @returns {value is Error} */
function isError(value) {
  // Errors of another realm are no instances of ours.
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
