import { entriesOf, isUnresolved, listOf } from '../known-value.ts';
import type { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Finding, type Value } from '../resource-type.ts';
import { invalid, unsupported } from './finding.ts';
import { compileJavaPattern, PatternProblem } from './java-pattern.ts';
import { MappingProblem } from './mapping-problem.ts';
import { parseContentHandling, type ContentHandling } from './mapping/content-handling.ts';
import { checkTemplates } from './mapping/mapping-template.ts';
import { compileResponseSource } from './mapping/response-source.ts';

/** An entry of `IntegrationResponses`. */
export interface IntegrationResponseDefinition {
  readonly statusCode: number;
  /** Absent: the default response. */
  readonly selectionPattern?: string;
  /** `method.response.header.NAME` to mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Media type to template. */
  readonly templates: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

/** @throws ResourceFailure */
export function parseIntegrationResponse(reader: PropertyReader): IntegrationResponseDefinition {
  const selectionPattern = reader.optionalString('SelectionPattern');
  const contentHandling = parseContentHandling(reader);
  const statusCode = reader.integer('StatusCode');
  if (statusCode < 200 || statusCode > 599)
    throw new ResourceFailure('Invalid status code specified', { property: 'Integration.IntegrationResponses' });
  return {
    statusCode,
    ...(selectionPattern === undefined ? {} : { selectionPattern }),
    parameters: reader.stringMap('ResponseParameters'),
    templates: reader.stringMap('ResponseTemplates'),
    ...(contentHandling === undefined ? {} : { contentHandling }),
  };
}

export function checkIntegrationResponses(responses: Value | undefined): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [index, response] of listOf(responses).entries()) {
    const at = `Integration.IntegrationResponses[${index}]`;
    findings.push(...checkTemplates(response['ResponseTemplates'], `${at}.ResponseTemplates`));
    findings.push(...checkPattern(response['SelectionPattern'], `${at}.SelectionPattern`));
    for (const [target, expression] of entriesOf(response['ResponseParameters'])) {
      const property = `${at}.ResponseParameters.${target}`;
      if (!/^method\.response\.header\.[^\s]+$/.test(target))
        findings.push(invalid(property, `Invalid mapping expression specified: ${target}`));
      else findings.push(...checkResponseMapping(expression, property));
    }
  }
  return findings;
}

function checkResponseMapping(expression: Value, property: string): Finding[] {
  if (isUnresolved(expression)) return [];
  try {
    compileResponseSource(String(expression));
    return [];
  } catch (error) {
    if (error instanceof MappingProblem) return [{ property, kind: error.kind, message: error.message }];
    throw error;
  }
}

function checkPattern(pattern: Value | undefined, property: string): Finding[] {
  if (typeof pattern !== 'string' || isUnresolved(pattern)) return [];
  try {
    compileJavaPattern(pattern);
    return [];
  } catch (error) {
    if (error instanceof PatternProblem) return [unsupported(property, error.message)];
    throw error;
  }
}
