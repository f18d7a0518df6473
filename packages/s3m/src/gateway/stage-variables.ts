/** Replaces `${stageVariables.NAME}`; a variable that is not set becomes nothing (AG-338). */
export function resolveStageVariables(text: string, variables: Readonly<Record<string, string>>): string {
  if (!hasStageVariables(text)) return text;
  return text.replaceAll(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => (Object.hasOwn(variables, name) ? variables[name]! : ''));
}

export function hasStageVariables(text: string): boolean {
  return text.includes('${stageVariables.');
}
