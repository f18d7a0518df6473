import { contextVariable, type Source } from './context-variables.ts';
import type { Failure } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { compileSource } from './parameter-source.ts';

/** Prints a gateway response's body. */
export type ResponseTemplate = (request: GatewayRequest, failure: Failure) => string;

const reference = /\$\{?((?:context|stageVariables|method\.request)\.[a-zA-Z0-9._-]*[a-zA-Z0-9_-])\}?/g;

/** `$context.error.messageString`: in quotes, or `null` (AG-382), after the integration's phase began with a blank before it (AG-073). */
export function messageString(failure: Failure): string {
  const text = failure.message === null ? 'null' : JSON.stringify(failure.message);
  return failure.blank ? ` ${text}` : text;
}

/** Replaces variables and nothing else: no directives (AG-383). One that has no value prints nothing. */
export function compileResponseTemplate(template: string): ResponseTemplate {
  const parts: (string | ResponseTemplate)[] = [];
  let last = 0;
  for (const match of template.matchAll(reference)) {
    parts.push(template.slice(last, match.index), compileReference(match[1]!));
    last = match.index + match[0].length;
  }
  parts.push(template.slice(last));
  return (request, failure) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(request, failure);
    return text;
  };
}

function compileReference(name: string): ResponseTemplate {
  switch (name) {
    case 'context.error.message':
      return (_, { message }) => message ?? '';
    case 'context.error.messageString':
      return (_, failure) => messageString(failure);
    case 'context.error.validationErrorString':
      // Escaped, as observed: it holds quotes, and templates put it between quotes.
      return (_, { validationError = '' }) => JSON.stringify(validationError).slice(1, -1);
    case 'context.error.responseType':
      return (_, { type }) => type;
    default: {
      const source = findSource(name);
      return (request) => source(request) ?? '';
    }
  }
}

function findSource(name: string): Source {
  if (name.startsWith('context.')) return contextVariable(name.slice('context.'.length)) ?? (() => undefined);
  try {
    return compileSource(name);
  } catch {
    return () => undefined;
  }
}
