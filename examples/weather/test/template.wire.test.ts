import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { App, CloudFormationValidatePlugin } from 'aws-cdk-lib/core';

const example = join(import.meta.dirname, '..');

test("the example's template passes AWS's own offline validation without a finding", () => {
  const output = mkdtempSync(join(tmpdir(), 's3m-weather-template-'));
  try {
    // The app validates itself too, and would fail for an error; warnings are looked for below.
    execFileSync(process.execPath, ['infra/app.ts'], {
      cwd: example,
      env: { ...process.env, CDK_OUTDIR: output, CDK_VALIDATION: 'true' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const templatePath = join(output, 'Weather.template.json');
    const { violations } = new CloudFormationValidatePlugin().validate({
      stackTemplates: [{ stackConstructPath: 'Weather', templatePath, accountId: '123456789012', region: 'eu-central-1' }],
      templatePaths: [templatePath],
      appConstruct: new App({ outdir: output }),
    });
    assert.deepEqual(violations, []);
    const { Resources } = JSON.parse(readFileSync(templatePath, 'utf8')) as {
      readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
    };
    assert.equal(Object.values(Resources).filter(({ Type }) => Type === 'AWS::ECS::Service').length, 2);
  } finally {
    rmSync(output, { recursive: true });
  }
});
