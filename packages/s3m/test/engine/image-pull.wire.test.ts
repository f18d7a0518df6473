import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFailure } from '../../src/engine/problem.ts';
import type { EngineEvent } from '../../src/engine/engine-event.ts';
import { runSmallSystem } from './running-system.ts';
import { isolated, isolatedWith } from './small-system.ts';

/** Why the start fails, and with which reasons tasks stopped. */
async function failureOf(
  resources: Record<string, unknown>,
): Promise<{ readonly message: string; readonly fix: string | undefined; readonly events: readonly EngineEvent[] }> {
  const events: EngineEvent[] = [];
  try {
    await using _ = await runSmallSystem({ resources }, { onEvent: (event) => void events.push(event) });
  } catch (error) {
    assert.ok(error instanceof EngineFailure, String(error));
    return { message: error.message, fix: error.problems[0]?.fix, events };
  }
  throw new Error('it starts');
}

describe('a task whose image is built by the application', () => {
  it('does not start in a subnet without a way to ECR: it asks for the token first (ECS-047, ECS-050, VPC-020, VPC-021)', async () => {
    const { message } = await failureOf(isolated);
    assert.match(message, /cannot be started: Its image cannot be pulled: .*has no route to api\.ecr\.us-east-1\.amazonaws\.com\.$/);
  });

  it('starts where endpoints for ECR and S3 are (VPC-022)', async () => {
    await using system = await runSmallSystem({ resources: isolatedWith('ecr.api', 'ecr.dkr') });
    assert.equal((await system.get()).body, 'one');
  });

  it('does not start where only the endpoint for the token is there (ECS-049, ECS-050, VPC-022)', async () => {
    const { message } = await failureOf(isolatedWith('ecr.api'));
    assert.match(message, /cannot be pulled: .*has no route to 000000000000\.dkr\.ecr\.us-east-1\.amazonaws\.com/);
  });

  it('does not start when its execution role may not pull (ECS-051)', async () => {
    const Execution = {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    };
    const { message, fix } = await failureOf({ Execution });
    assert.match(fix ?? '', /^Let a policy of role Small-Execution-\w+ allow ecr:GetAuthorizationToken on \*\.$/);
    assert.match(
      message,
      /its execution role may not: User: arn:aws:sts::000000000000:assumed-role\/[^ ]+ is not authorized to perform: ecr:GetAuthorizationToken on resource: \* because no identity-based policy allows/,
    );
  });

  it('wants an execution role (ECS-094)', async () => {
    const Task = {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Cpu: '256',
        Memory: '512',
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
        ContainerDefinitions: [
          {
            Name: 'hello',
            Image: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/images:1' },
            PortMappings: [{ ContainerPort: 8080 }],
          },
        ],
      },
    };
    const { message } = await failureOf({ Task });
    assert.match(message, /Fargate requires task definition to have execution role ARN to support ECR images\./);
  });
});
