import type { Source } from './context-variables.ts';
import { contextVariable } from './context-variables.ts';
import { compileSource } from './parameter-source.ts';

/** Prints a gateway response's body. */
export type ResponseTemplate = (request: Parameters<Source>[0]) => string;

const name = String.raw`(?:context|stageVariables|method\.request)\.[a-zA-Z0-9._-]*[a-zA-Z0-9_-]`;
const reference = new RegExp(String.raw`\$(?:\{(${name})\}|(${name}))`, 'g');

/** Replaces variables and nothing else: no directives (AG-383). One that has no value prints nothing. */
export function compileResponseTemplate(template: string): ResponseTemplate {
  const parts: (string | Source)[] = [];
  let last = 0;
  for (const match of template.matchAll(reference)) {
    parts.push(template.slice(last, match.index), findSource((match[1] ?? match[2])!));
    last = match.index + match[0].length;
  }
  parts.push(template.slice(last));
  return (request) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : (part(request) ?? '');
    return text;
  };
}

function findSource(name: string): Source {
  if (name.startsWith('context.')) return contextVariable(name.slice('context.'.length)) ?? (() => undefined);
  try {
    return compileSource(name);
  } catch {
    return () => undefined;
  }
}
