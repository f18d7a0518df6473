import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CfnOutput, type Stack } from 'aws-cdk-lib/core';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { up, type App as Engine } from 's3m';
import { countTypes, recommended, synthesizeStack, theOnly } from './cdk-stack.ts';
import { createProject } from './project.ts';

const vpcParts = {
  'AWS::EC2::VPC': 1,
  'AWS::EC2::Subnet': 4,
  'AWS::EC2::RouteTable': 4,
  'AWS::EC2::SubnetRouteTableAssociation': 4,
  'AWS::EC2::Route': 4,
  'AWS::EC2::EIP': 2,
  'AWS::EC2::NatGateway': 2,
  'AWS::EC2::InternetGateway': 1,
  'AWS::EC2::VPCGatewayAttachment': 1,
};

/** Tells its subnets and its default group. */
function addVpc(stack: Stack): void {
  const vpc = new Vpc(stack, 'Vpc');
  vpc.publicSubnets.forEach(({ subnetId }, index) => new CfnOutput(stack, `Public${index + 1}`, { value: subnetId }));
  vpc.privateSubnets.forEach(({ subnetId }, index) => new CfnOutput(stack, `Private${index + 1}`, { value: subnetId }));
  new CfnOutput(stack, 'DefaultGroup', { value: vpc.vpcDefaultSecurityGroup });
}

function outputOf(engine: Engine, name: string): string {
  return String(engine.describe().stacks['Stack']!.outputs[name]);
}

test("CDK's Vpc has two zones with a public and a private subnet each, and a way out through the zone's own NAT gateway (VPC-015, CFN-060, CFN-065)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, addVpc);
  assert.deepEqual(countTypes(template), vpcParts);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const { network } = engine.account;
  const subnets = ['Public1', 'Public2', 'Private1', 'Private2'].map((name) => ({ name, id: outputOf(engine, name) }));
  const places = subnets.map(({ name, id }) => ({
    name,
    attached: network.attach({ name: `task ${name}`, subnetId: id, securityGroupIds: [outputOf(engine, 'DefaultGroup')] }),
  }));
  // Each has a quarter of 10.0.0.0/16.
  const quarterOf = (address: string): number => Math.floor(Number(/^10\.0\.(\d+)\.\d+$/.exec(address)?.[1]) / 64);
  assert.deepEqual(
    places.map(({ name, attached: { zone, address } }) => [name, zone, quarterOf(address)]),
    [
      ['Public1', 'us-east-1a', 0],
      ['Public2', 'us-east-1b', 1],
      ['Private1', 'us-east-1a', 2],
      ['Private2', 'us-east-1b', 3],
    ],
  );
  const ways = places.map(({ name, attached: { id } }) => [name, network.egressTo(id, { host: 'api.example.org', port: 443 })] as const);
  for (const [name, { allowed, hop }] of ways) {
    assert.equal(allowed, name.startsWith('Private'), hop.rule);
    const zone = name.at(-1);
    assert.match(
      hop.rule,
      allowed
        ? new RegExp(`^route 0\\.0\\.0\\.0/0 to nat-\\w+ in route table rtb-\\w+ \\(VpcPrivateSubnet${zone}RouteTable\\w+\\)`)
        : new RegExp(`^route 0\\.0\\.0\\.0/0 to igw-\\w+ in route table .*VpcPublicSubnet${zone}RouteTable.* needs a public address`),
    );
  }
});

test("with CDK's recommended flags its default security group lets nothing pass (CFN-065)", async () => {
  using project = createProject();
  const template = synthesizeStack(project, addVpc, { context: recommended });
  assert.deepEqual(countTypes(template), {
    ...vpcParts,
    'Custom::VpcRestrictDefaultSG': 1,
    'AWS::IAM::Role': 1,
    'AWS::Lambda::Function': 1,
  });
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const { network } = engine.account;
  const group = outputOf(engine, 'DefaultGroup');
  const { id } = network.attach({ name: 'task', subnetId: outputOf(engine, 'Private1'), securityGroupIds: [group] });
  const { allowed, hop } = network.egressTo(id, { host: 'api.example.org', port: 443 });
  assert.ok(!allowed);
  assert.match(hop.rule, new RegExp(`^no egress rule of ${group} `));
});

test('an app for an account and a region has the zones of its lookup by name, three at most (VPC-015, CFN-060)', async () => {
  using project = createProject();
  const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'];
  const env = { account: '111122223333', region: 'us-east-1' };
  const template = synthesizeStack(project, addVpc, {
    context: { [`availability-zones:account=${env.account}:region=${env.region}`]: zones },
    props: { env },
  });
  const named = Object.values(template.findResources('AWS::EC2::Subnet')).map((subnet) => String(subnet['Properties'].AvailabilityZone));
  assert.deepEqual([...new Set(named)], zones.slice(0, 3));
  assert.equal(named.length, 6);
  assert.deepEqual(theOnly(template, 'AWS::EC2::VPC')['Properties'].CidrBlock, '10.0.0.0/16');
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0 } });
  const subnetId = outputOf(engine, 'Private3');
  assert.equal(engine.account.network.attach({ name: 'task', subnetId, securityGroupIds: [] }).zone, 'us-east-1c');
});
