import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { fargateTask } from './ecs-bench.ts';

/** `property: message` of each finding. */
function findings(properties: Properties, metadata: Properties = {}): string[] {
  return taskDefinition.check!(properties, metadata).map(({ property, message }) => `${property}: ${message}`);
}

function withContainer(container: Properties): string[] {
  return findings(fargateTask(container));
}

const SECOND = { Name: 'sidecar', Image: 'sidecar:1' };

describe('AWS::ECS::TaskDefinition', () => {
  it('registers revisions that go up and are never used again (ECS-025)', async () => {
    await using account = await fakeAccount();
    const register = () => taskDefinition.create(createContext(account, taskDefinition, { logicalId: 'Task', properties: fargateTask() }));
    const first = await register();
    const second = await register();
    assert.equal(first.ref, 'arn:aws:ecs:us-east-1:000000000000:task-definition/weather:1');
    assert.equal(second.ref, 'arn:aws:ecs:us-east-1:000000000000:task-definition/weather:2');
    await second.delete();
    assert.equal((await register()).attributes['TaskDefinitionArn'], 'arn:aws:ecs:us-east-1:000000000000:task-definition/weather:3');
    await first.delete();
    assert.equal(account.directory.find('taskDefinition', first.ref), undefined);
  });

  it('fills in what AWS fills in', async () => {
    await using account = await fakeAccount();
    const created = await taskDefinition.create(createContext(account, taskDefinition, { logicalId: 'Task', properties: fargateTask() }));
    assert.deepEqual(account.directory.find('taskDefinition', created.ref)!.containers, [
      {
        name: 'weather',
        image: 'weather:1',
        essential: true,
        readonlyRootFilesystem: false,
        environment: {},
        portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
        stopTimeoutMs: 30_000,
        dependsOn: [],
        mountPoints: [],
      },
    ]);
  });

  it('gives containers addresses that answer here, and finds images and log groups by their AWS names', async () => {
    await using account = await fakeAccount();
    const options = (group: string): Properties => ({ 'awslogs-group': group, 'awslogs-region': 'r', 'awslogs-stream-prefix': 'p' });
    const containers = (host: string, group: string): Properties =>
      fargateTask({
        Image: host,
        Environment: [{ Name: 'API', Value: `https://${host}` }],
        LogConfiguration: { LogDriver: 'awslogs', Options: options(group) },
      });
    const created = await taskDefinition.create(
      createContext(account, taskDefinition, {
        logicalId: 'Task',
        properties: containers('api.amazonaws.com', 'aws'),
        local: containers('127.0.0.1:3000', 'local'),
      }),
    );
    const [container] = account.directory.find('taskDefinition', created.ref)!.containers;
    assert.equal(container!.image, 'api.amazonaws.com');
    assert.deepEqual(container!.environment, { API: 'https://127.0.0.1:3000' });
    assert.deepEqual(container!.log, { group: 'aws', streamPrefix: 'p', createGroup: false });
  });

  it('reads from Metadata S3M how a container starts without Docker', async () => {
    await using account = await fakeAccount();
    const properties = {
      ...fargateTask(),
      ContainerDefinitions: [
        { Name: 'a', Image: 'a' },
        { Name: 'b', Image: 'b' },
      ],
    };
    const metadata = { S3M: { containers: { b: { command: ['node', 'b.js'], directory: 'dist', build: 'npm run build' } } } };
    const created = await taskDefinition.create(createContext(account, taskDefinition, { logicalId: 'Task', properties, metadata }));
    assert.deepEqual(
      account.directory.find('taskDefinition', created.ref)!.containers.map(({ local }) => local),
      [undefined, { command: ['node', 'b.js'], directory: 'dist', build: 'npm run build' }],
    );
  });

  it('finds nothing wrong with a plain Fargate task', () => {
    assert.deepEqual(findings(fargateTask()), []);
  });

  it('takes CPU and memory with units (ECS-002)', () => {
    assert.deepEqual(findings({ ...fargateTask(), Cpu: '.25 vCPU', Memory: '0.5 GB' }), []);
    assert.deepEqual(findings({ ...fargateTask(), Cpu: '1 vcpu', Memory: '8GB' }), []);
  });

  for (const [fact, changes, message] of [
    [
      'ECS-003',
      { Cpu: '512', Memory: '512' },
      'Memory: No Fargate configuration exists for given values: 512 CPU, 512 memory. See the Amazon ECS documentation for the valid values.',
    ],
    [
      'ECS-004',
      { Cpu: '300' },
      "Cpu: Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
    ],
    ['ECS-005', { Cpu: null }, "Cpu: Fargate requires that 'cpu' be defined at the task level."],
    ['ECS-005', { Memory: null }, "Memory: Fargate requires that 'memory' be defined at the task level."],
    ['ECS-007', { NetworkMode: 'bridge' }, 'NetworkMode: Fargate only supports network mode ‘awsvpc’.'],
    ['ECS-007', { NetworkMode: null }, 'NetworkMode: Fargate only supports network mode ‘awsvpc’.'],
    ['ECS-025', { Family: 'a b' }, 'Family: Family contains invalid characters.'],
  ] as const) {
    it(`says with ${fact}: ${message.slice(0, 70)}`, () => {
      assert.deepEqual(findings({ ...fargateTask(), ...changes }), [message]);
    });
  }

  it('refuses more memory for a container than the task has (ECS-006)', () => {
    assert.deepEqual(withContainer({ Memory: 1024 }), [
      "ContainerDefinitions[0].Memory: The 'memory' setting for container 'weather' is greater than for the task.",
    ]);
  });

  it('wants one essential container (ECS-008)', () => {
    assert.match(withContainer({ Essential: false })[0]!, /At least one container .* must be marked as essential/);
  });

  it('wants equal host and container ports (ECS-009)', () => {
    assert.match(
      withContainer({ PortMappings: [{ ContainerPort: 80, HostPort: 8080 }] })[0]!,
      /host ports and container ports in port mappings must match/,
    );
    assert.deepEqual(withContainer({ PortMappings: [{ ContainerPort: 80, HostPort: 80 }] }), []);
  });

  it('wants each port once in a task (ECS-009, ECS-010)', () => {
    const ports = { PortMappings: [{ ContainerPort: 8080 }] };
    const properties = {
      ...fargateTask(),
      ContainerDefinitions: [
        { ...SECOND, Name: 'a', ...ports },
        { ...SECOND, ...ports },
      ],
    };
    assert.match(
      findings(properties)[0]!,
      /^ContainerDefinitions\[1\]\.PortMappings\[0\]\.ContainerPort: Container port 8080 is used more than once/,
    );
  });

  it('knows which log drivers Fargate has, and that awslogs needs a prefix there (ECS-011, ECS-012)', () => {
    assert.match(withContainer({ LogConfiguration: { LogDriver: 'json-file' } })[0]!, /log driver 'json-file' is not supported on Fargate/);
    assert.deepEqual(
      withContainer({ LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': 'g', 'awslogs-region': 'r' } } }),
      [
        'ContainerDefinitions[0].LogConfiguration.Options.awslogs-stream-prefix: Log driver awslogs requires options: awslogs-stream-prefix',
      ],
    );
  });

  it('refuses what Fargate does not take (ECS-014)', () => {
    const properties = { ...fargateTask({ Privileged: true, Hostname: 'h', LinuxParameters: { MaxSwap: 1 } }), IpcMode: 'host' };
    assert.deepEqual(
      taskDefinition.check!(properties, {}).map(({ property }) => property),
      [
        'IpcMode',
        'ContainerDefinitions[0].Privileged',
        'ContainerDefinitions[0].Hostname',
        'ContainerDefinitions[0].LinuxParameters.MaxSwap',
      ],
    );
  });

  it('refuses settings of names, disks and capabilities that Fargate does not take (ECS-099, ECS-014, ECS-024)', () => {
    const container = {
      DnsServers: ['10.0.0.2'],
      DnsSearchDomains: ['local'],
      ExtraHosts: [{ Hostname: 'a', IpAddress: '10.0.0.9' }],
      DockerSecurityOptions: ['no-new-privileges'],
      DisableNetworking: true,
      LinuxParameters: {
        Tmpfs: [{ ContainerPath: '/tmp', Size: 64 }],
        Capabilities: { Add: ['SYS_PTRACE', 'NET_ADMIN'], Drop: ['ALL'] },
        InitProcessEnabled: true,
      },
    };
    const properties = {
      ...fargateTask(container),
      EphemeralStorage: { SizeInGiB: 20 },
      Volumes: [{ Name: 'a', DockerVolumeConfiguration: { Scope: 'task' } }],
    };
    assert.deepEqual(
      taskDefinition.check!(properties, {}).map(({ property }) => property.replace('ContainerDefinitions[0].', '')),
      [
        'Volumes[0].DockerVolumeConfiguration',
        'EphemeralStorage.SizeInGiB',
        'DisableNetworking',
        'DnsServers',
        'DnsSearchDomains',
        'DockerSecurityOptions',
        'ExtraHosts',
        'LinuxParameters.Tmpfs',
        'LinuxParameters.Capabilities.Add[1]',
      ],
    );
    const nothing = { DnsServers: [], Privileged: false, LinuxParameters: { Devices: [], Capabilities: { Drop: ['ALL'] } } };
    assert.deepEqual(findings({ ...fargateTask(nothing), EphemeralStorage: { SizeInGiB: 21 } }), []);
  });

  it('mounts the volumes of another container, read-only if so asked (ECS-100)', async () => {
    await using account = await fakeAccount();
    const mount = (path: string, readOnly: boolean): Properties => ({ ContainerPath: path, SourceVolume: 'data', ReadOnly: readOnly });
    const properties = {
      ...fargateTask(),
      Volumes: [{ Name: 'data' }],
      ContainerDefinitions: [
        { Name: 'writer', Image: 'a', MountPoints: [mount('/data', false)] },
        { Name: 'reader', Image: 'b', VolumesFrom: [{ SourceContainer: 'writer', ReadOnly: true }], Memory: 128 },
      ],
    };
    assert.deepEqual(findings(properties), []);
    const created = await taskDefinition.create(createContext(account, taskDefinition, { logicalId: 'Task', properties }));
    const [, reader] = account.directory.find('taskDefinition', created.ref)!.containers;
    assert.deepEqual(reader!.mountPoints, [{ containerPath: '/data', readOnly: true, sourceVolume: 'data' }]);
    assert.equal(reader!.memoryMiB, 128);
    assert.match(withContainer({ VolumesFrom: [{ SourceContainer: 'nobody' }] })[0]!, /Unknown container 'nobody' in volumesFrom/);
  });

  for (const [cpu, allowed, refused] of [
    [256, [512, 1024, 2048], [256, 1536, 4096]],
    [512, [1024, 4096], [512, 5120]],
    [1024, [2048, 8192], [1024, 9216]],
    [2048, [4096, 16_384], [3072, 17_408]],
    [4096, [8192, 30_720], [7168, 31_744]],
    [8192, [16_384, 20_480, 61_440], [17_408, 65_536]],
    [16_384, [32_768, 40_960, 122_880], [36_864, 126_976]],
  ] as const) {
    it(`lets ${cpu} CPU units have the memory that Fargate has for them, and no other (ECS-001)`, () => {
      const messages = (memory: number): string[] => findings({ ...fargateTask(), Cpu: String(cpu), Memory: String(memory) });
      for (const memory of allowed) assert.deepEqual(messages(memory), []);
      for (const memory of refused)
        assert.match(messages(memory)[0]!, new RegExp(`No Fargate configuration exists .*: ${cpu} CPU, ${memory} memory`));
    });
  }

  it('refuses conditions that the other container cannot meet (ECS-015)', () => {
    const depending = (condition: string, essential: boolean, more: Properties = {}): Properties => ({
      ...fargateTask(),
      ContainerDefinitions: [
        { Name: 'app', Image: 'app', DependsOn: [{ ContainerName: 'sidecar', Condition: condition }] },
        { ...SECOND, Essential: essential, ...more },
      ],
    });
    const kinds = (properties: Properties): string[] => taskDefinition.check!(properties, {}).map(({ kind }) => kind);
    assert.deepEqual(kinds(depending('START', true)), []);
    assert.deepEqual(kinds(depending('SUCCESS', true)), ['invalid']);
    assert.deepEqual(kinds(depending('SUCCESS', false)), []);
    assert.deepEqual(kinds(depending('HEALTHY', true)), ['invalid']);
    assert.deepEqual(kinds(depending('HEALTHY', true, { HealthCheck: { Command: ['CMD', 'true'] } })), []);
  });

  it('wants a health check that begins with CMD or CMD-SHELL, with numbers in their ranges (ECS-016, ECS-018)', () => {
    const check = (changes: Properties): string[] => withContainer({ HealthCheck: { Command: ['CMD-SHELL', 'exit 0'], ...changes } });
    assert.deepEqual(check({ Interval: 5, Timeout: 2, Retries: 10, StartPeriod: 300 }), []);
    assert.match(
      check({ Command: ['curl', 'x'] })[0]!,
      /HealthCheck\.Command: Container health check command must start with CMD or CMD-SHELL/,
    );
    for (const [name, value] of Object.entries({ Interval: 4, Timeout: 61, Retries: 0, StartPeriod: 301 }))
      assert.match(check({ [name]: value })[0]!, new RegExp(`HealthCheck\\.${name}: ${name} must be a whole number from`));
    assert.match(withContainer({ StartTimeout: 121 })[0]!, /StartTimeout must be a whole number from 2 to 120/);
  });

  it('limits the stop timeout to 2 to 120 seconds (ECS-018)', () => {
    assert.match(withContainer({ StopTimeout: 121 })[0]!, /between 2 and 120/);
    assert.deepEqual(withContainer({ StopTimeout: 120 }), []);
  });

  it('limits the period of a restart policy to 60 to 1800 seconds, and its exit codes to 50 (ECS-026)', () => {
    const policy = (changes: Properties): string[] => withContainer({ RestartPolicy: { Enabled: true, ...changes } });
    assert.deepEqual(policy({}), []);
    assert.deepEqual(policy({ RestartAttemptPeriod: 60, IgnoredExitCodes: [0] }), []);
    assert.match(policy({ RestartAttemptPeriod: 59 })[0]!, /between 60 and 1800/);
    assert.match(policy({ IgnoredExitCodes: Array.from({ length: 51 }, (_, code) => code) })[0]!, /At most 50 exit codes/);
  });

  it('wants the volume of a mount point', () => {
    const container = { MountPoints: [{ ContainerPath: '/tmp', SourceVolume: 'tmp' }] };
    assert.match(withContainer(container)[0]!, /Unknown volume 'tmp'/);
    assert.deepEqual(findings({ ...fargateTask(container), Volumes: [{ Name: 'tmp' }] }), []);
  });

  it('does not judge values that are not known yet', () => {
    assert.deepEqual(
      findings({
        ...fargateTask({ Image: 'unresolved:Repository', StopTimeout: 'unresolved:X', Environment: 'unresolved:Y' }),
        Cpu: 'unresolved:Cpu',
        Memory: 'unresolved:Memory',
        Family: 'unresolved:Family',
      }),
      [],
    );
  });

  it('says what is wrong with Metadata S3M', () => {
    assert.match(
      findings(fargateTask(), { S3M: { comand: ['x'] } })[0]!,
      /"comand" is not known\. Allowed: command, directory, build, containers/,
    );
    assert.match(findings(fargateTask(), { S3M: { containers: { other: {} } } })[0]!, /the task has no container "other"\. It has weather/);
    const two = { ...fargateTask(), ContainerDefinitions: [SECOND, { ...SECOND, Name: 'app' }] };
    assert.match(findings(two, { S3M: { command: ['x'] } })[0]!, /several containers \(sidecar, app\), so it must say which/);
  });
});
