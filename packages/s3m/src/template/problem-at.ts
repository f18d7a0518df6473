import type { StackTemplate, TemplateProblem } from './assembly.ts';
import { pointerKeys, propertyPath } from './json-pointer.ts';

/** A problem with all that a place tells: stack, logical id, property, file, line and column. */
export function problemAt(stack: Pick<StackTemplate, 'name' | 'locate'>, message: string, pointer: string, fix?: string): TemplateProblem {
  const [section, name, part] = pointerKeys(pointer);
  const inResource = section === 'Resources' && name !== undefined;
  const property = inResource ? propertyPath(pointer, part === 'Properties' ? 3 : 2) : propertyPath(pointer, 0);
  return {
    code: 'ValidationError',
    message,
    stack: stack.name,
    ...(inResource ? { logicalId: name } : {}),
    ...(property === '' ? {} : { property }),
    location: stack.locate(pointer),
    ...(fix === undefined ? {} : { fix }),
  };
}
