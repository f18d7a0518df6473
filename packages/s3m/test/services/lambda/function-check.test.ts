import assert from 'node:assert/strict';
import test from 'node:test';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import type { Finding, Properties } from '../../../src/services/resource-type.ts';

const node: Properties = { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: '' } };

function findings(properties: Properties, metadata: Properties = {}, logicalId = 'F'): readonly Finding[] {
  return lambdaFunction.check!({ ...node, ...properties }, metadata, { stack: 'S', logicalId, type: lambdaFunction.type });
}

const messages = (properties: Properties): string[] => findings(properties).map((finding) => finding.message);

test('an ordinary function has no finding', () => {
  assert.deepEqual(findings({}), []);
  assert.deepEqual(
    findings({ FunctionName: 'my_function-1', Timeout: '900', MemorySize: 10240, Environment: { Variables: { TABLE: 'x' } } }),
    [],
  );
  assert.deepEqual(findings({ Runtime: 'provided.al2023' }), []);
});

test('values that are not known yet are left alone', () => {
  assert.deepEqual(
    findings({ FunctionName: 'unresolved:Name', Timeout: 'unresolved:T', Runtime: 'unresolved:R', Handler: 'unresolved:H' }),
    [],
  );
});

test('a name must have letters, digits, hyphens and underscores, at most 64, and not digits alone (LMB-004)', () => {
  for (const name of ['a b', 'x'.repeat(65), '12345', 'ä']) {
    assert.match(messages({ FunctionName: name })[0]!, /at 'functionName' failed to satisfy constraint/, name);
  }
});

test('time-out and memory have bounds (LMB-005)', () => {
  assert.deepEqual(messages({ Timeout: 901 }), [
    "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
  ]);
  assert.deepEqual(messages({ MemorySize: 64 }), [
    "1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
  ]);
  assert.equal(messages({ Timeout: 0 }).length, 1);
  assert.equal(messages({ Timeout: 1.5 }).length, 1);
});

test('variables that Lambda sets itself are refused by name (AG-502, LMB-011)', () => {
  const [message] = messages({ Environment: { Variables: { AWS_REGION: 'x', _HANDLER: 'y', OK: 'z' } } });
  assert.match(message!, /Reserved keys used in this request: AWS_REGION, _HANDLER$/);
});

test('names of variables start with a letter and have at least two characters (AG-502, LMB-013)', () => {
  for (const name of ['A', '1A', '_A', 'A-B']) {
    const [finding] = findings({ Environment: { Variables: { [name]: 'x' } } });
    assert.equal(finding?.property, `Environment.Variables.${name}`);
  }
});

test('variables of more than 4 KB are refused, unless a value is not known yet (AG-502, LMB-012)', () => {
  const big = 'x'.repeat(4096);
  assert.match(messages({ Environment: { Variables: { BIG: big } } })[0]!, /exceeded the 4KB limit. String measured: \{"BIG":"x/);
  assert.deepEqual(messages({ Environment: { Variables: { BIG: big, LATER: 'unresolved:X' } } }), []);
});

test('old and unknown runtimes are refused as AWS does (LMB-007)', () => {
  assert.match(messages({ Runtime: 'nodejs16.x' })[0]!, /^The runtime parameter of nodejs16.x is no longer supported/);
  assert.match(messages({ Runtime: 'nodejs' })[0]!, /^Value nodejs at 'runtime' failed to satisfy constraint/);
  assert.match(messages({ Runtime: 'cobol1' })[0]!, /^Value cobol1 at 'runtime'/);
});

test('a runtime that AWS has and this engine has not is unsupported', () => {
  assert.deepEqual(
    findings({ Runtime: 'python3.13' }).map(({ kind, property }) => [kind, property]),
    [['unsupported', 'Runtime']],
  );
});

test('the provider functions of CDK are known by logical id, path or properties, and are no finding, whatever their runtime (S3W-030)', () => {
  const python = { Runtime: 'python3.13' };
  assert.deepEqual(findings(python, {}, 'CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C81C01536'), []);
  const path = 'App/Stack/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource';
  assert.deepEqual(findings(python, { 'aws:cdk:path': path }), []);
  const certificates = '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem';
  assert.deepEqual(findings({ ...python, Timeout: 900, Environment: { Variables: { AWS_CA_BUNDLE: certificates } } }), []);
  assert.deepEqual(findings({ ...python, Description: 'Lambda function for auto-deleting objects in x S3 bucket.' }), []);
});

test('container images are unsupported', () => {
  assert.deepEqual(
    lambdaFunction.check!({ PackageType: 'Image', Code: { ImageUri: 'x' } }, {}).map(({ kind, property }) => [kind, property]),
    [['unsupported', 'Code.ImageUri']],
  );
});

test('a function without a runtime is refused', () => {
  const { Runtime: _runtime, ...rest } = node;
  assert.match(lambdaFunction.check!(rest, {})[0]!.message, /^Runtime and Handler are mandatory/);
});

test('more than five layers are refused (LMB-008)', () => {
  assert.deepEqual(messages({ Layers: ['a', 'b', 'c', 'd', 'e', 'f'] }), ['Cannot reference more than 5 layers.']);
});

test('the format and the levels of logs are those of AWS (LMB-049)', () => {
  assert.deepEqual(messages({ LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'TRACE', SystemLogLevel: 'WARN' } }), []);
  assert.deepEqual(messages({ LoggingConfig: { LogFormat: 'json' } }), [
    "1 validation error detected: Value 'json' at 'loggingConfig.logFormat' failed to satisfy constraint: Member must satisfy enum value set: [JSON, Text]",
  ]);
});
