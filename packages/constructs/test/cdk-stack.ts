import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Project } from './project.ts';

/** What `cdk init` sets in new projects. */
export const recommended: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
) as Readonly<Record<string, unknown>>;

/** Synthesizes one stack `Stack` into the project's `cdk.out`. */
export function synthesizeStack(
  project: Project,
  build: (stack: Stack) => void,
  options: { readonly context?: object; readonly props?: StackProps } = {},
): Template {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    outdir: project.path('cdk.out'),
    context: { ...options.context },
  });
  const stack = new Stack(app, 'Stack', options.props);
  build(stack);
  app.synth();
  return Template.fromStack(stack);
}

/** How many resources of each type a template has. */
export function countTypes(template: Template): Readonly<Record<string, number>> {
  const { Resources: resources } = template.toJSON() as { readonly Resources: Readonly<Record<string, { readonly Type: string }>> };
  const counts = new Map<string, number>();
  for (const { Type: type } of Object.values(resources)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries(counts);
}

type Properties = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- templates are JSON; a wrong path makes the test fail

/** The only resource of a type. */
export function theOnly(template: Template, type: string): Properties {
  const [resource, ...more] = Object.values(template.findResources(type));
  assert.ok(resource !== undefined && more.length === 0, `one ${type}`);
  return resource;
}
