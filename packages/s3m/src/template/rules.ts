import type { TemplateProblem } from './assembly.ts';
import { evaluateCondition } from './condition-functions.ts';
import { FunctionFailure } from './function-failure.ts';
import { isJsonArray, isJsonObject } from './json.ts';
import type { Scope } from './scope.ts';

/** Evaluates the Rules section: the assertions of each rule whose RuleCondition holds (CFN-001, CFN-057). */
export function checkRules(rules: Readonly<Record<string, unknown>>, scope: Scope): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    if (!isJsonObject(rule)) continue;
    try {
      if (rule['RuleCondition'] !== undefined && !evaluateCondition(rule['RuleCondition'], scope)) continue;
      for (const assertion of isJsonArray(rule['Assertions']) ? rule['Assertions'] : []) {
        if (!isJsonObject(assertion) || evaluateCondition(assertion['Assert'] ?? true, scope)) continue;
        const description = assertion['AssertDescription'];
        problems.push(problem(name, typeof description === 'string' ? description : 'an assertion is false'));
      }
    } catch (error) {
      if (!(error instanceof FunctionFailure)) throw error;
      problems.push(problem(name, error.message));
    }
  }
  return problems;
}

function problem(rule: string, why: string): TemplateProblem {
  return { code: 'ValidationError', message: `Template error: Rule ${rule} failed: ${why}`, property: `Rules.${rule}` };
}
