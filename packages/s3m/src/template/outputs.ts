import { TemplateError, type StackTemplate } from './assembly.ts';
import { FunctionFailure, within } from './function-failure.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { appendPointer } from './json-pointer.ts';
import { problemAt } from './problem-at.ts';
import { scalarText } from './scalar-text.ts';
import type { Scope } from './scope.ts';

export interface Output {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** Resolves the outputs whose condition is true. @throws TemplateError */
export function resolveOutputs(stack: StackTemplate, scope: Scope): Output[] {
  const outputs: Output[] = [];
  for (const [name, raw] of Object.entries(stack.template.Outputs ?? {})) {
    const declaration: JsonObject = isJsonObject(raw) ? raw : {};
    try {
      const { Condition: condition, Description: description, Export: exported } = declaration;
      if (typeof condition === 'string' && !scope.condition(condition)) continue;
      const exportName = isJsonObject(exported) ? within('Export', () => exportNameOf(exported, scope)) : undefined;
      outputs.push({
        name,
        value: within('Value', () => valueOf(declaration, scope)),
        ...(typeof description === 'string' ? { description } : {}),
        ...(exportName === undefined ? {} : { exportName }),
      });
    } catch (error) {
      if (!(error instanceof FunctionFailure)) throw error;
      const pointer = error.path.reduce(appendPointer, appendPointer('/Outputs', name));
      throw new TemplateError([problemAt(stack, error.message, pointer, error.fix)]);
    }
  }
  return outputs;
}

function valueOf(declaration: JsonObject, scope: Scope): string {
  const text = scalarText(scope.resolve(declaration['Value']!));
  if (text !== undefined) return text;
  throw new FunctionFailure('Template format error: The Value field of every Outputs member must evaluate to a String.');
}

function exportNameOf(exported: JsonObject, scope: Scope): string {
  const text = scalarText(within('Name', () => scope.resolve(exported['Name'] ?? null)));
  if (text !== undefined && text !== '') return text;
  throw new FunctionFailure('Template format error: Output Export must have a Name that evaluates to a String.');
}
