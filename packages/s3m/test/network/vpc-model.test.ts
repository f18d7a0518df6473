import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NetworkModelError } from '../../src/network/network-model-error.ts';
import { ALLOW_ALL } from '../../src/network/security-rule.ts';
import { smallNetwork, tcp, to } from './small-network.ts';

function refuses(message: string, change: () => unknown): void {
  assert.throws(change, (error) => error instanceof NetworkModelError && error.message === message);
}

describe('the network model', () => {
  it('refuses a subnet that overlaps another one or lies outside its VPC, in EC2 words', () => {
    const { model } = smallNetwork().network;
    const add = (cidr: string): (() => void) => model.addSubnet({ id: 'subnet-9', name: 'Nine', vpcId: 'vpc-1', zone: 'us-east-1a', cidr });
    refuses(`The CIDR '10.0.1.128/25' conflicts with another subnet`, () => add('10.0.1.128/25'));
    refuses(`The CIDR '10.1.0.0/24' is invalid.`, () => add('10.1.0.0/24'));
    refuses(`The CIDR '10.0.3.0/29' is invalid.`, () => add('10.0.3.0/29'));
    refuses('Value (10.0.3.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.', () => add('10.0.3.0'));
    add('10.0.3.0/28');
  });

  it('gives a second range room for subnets', () => {
    const { model } = smallNetwork().network;
    refuses(`The CIDR '10.0.0.0/20' conflicts with another CIDR of the VPC.`, () => model.addVpcRange('vpc-1', '10.0.0.0/20'));
    model.addVpcRange('vpc-1', '10.1.0.0/16');
    model.addSubnet({ id: 'subnet-9', name: 'Nine', vpcId: 'vpc-1', zone: 'us-east-1a', cidr: '10.1.0.0/24' });
  });

  it('refuses what names something that is not there', () => {
    const { network } = smallNetwork();
    const { model } = network;
    refuses(`The vpc ID 'vpc-9' does not exist`, () => model.addRouteTable({ id: 'rtb-9', name: 'Nine', vpcId: 'vpc-9' }));
    refuses(`The routeTable ID 'rtb-9' does not exist`, () => model.associateRouteTable('subnet-1', 'rtb-9'));
    refuses(`The internetGateway ID 'igw-9' does not exist`, () => model.attachInternetGateway('igw-9', 'vpc-1'));
    refuses(`The security group 'sg-9' does not exist`, () => model.addSecurityRule('sg-9', 'ingress', ALLOW_ALL));
    refuses(`The subnet ID 'subnet-9' does not exist`, () => network.attach({ name: 'x', subnetId: 'subnet-9', securityGroupIds: [] }));
    refuses(`The security group 'sg-9' does not exist`, () =>
      network.attach({ name: 'x', subnetId: 'subnet-1', securityGroupIds: ['sg-9'] }),
    );
  });

  it('refuses an interface whose group belongs to another VPC', () => {
    const { network } = smallNetwork();
    const dns = { support: true, hostnames: true };
    network.model.addVpc({
      id: 'vpc-2',
      name: 'Two',
      cidr: '10.0.0.0/16',
      mainRouteTableId: 'rtb-2',
      defaultSecurityGroupId: 'sg-2',
      defaultNetworkAclId: 'acl-2',
      dns,
    });
    refuses('Security group sg-2 and subnet subnet-1 belong to different networks.', () =>
      network.attach({ name: 'x', subnetId: 'subnet-1', securityGroupIds: ['sg-2'] }),
    );
  });

  it('refuses a second route to one destination, and a route into the VPC itself (VPC-003)', () => {
    const { model } = smallNetwork().network;
    const add = (cidr: string): (() => void) =>
      model.addRoute('rtb-main', { destination: to(cidr), target: { kind: 'nat-gateway', id: 'nat-1' } });
    const remove = add('0.0.0.0/0');
    refuses('The route identified by 0.0.0.0/0 already exists.', () => add('0.0.0.0/0'));
    assert.throws(() => add('10.0.0.0/24'), /equal to or more specific than one of this VPC's CIDR blocks/);
    remove();
    add('0.0.0.0/0');
  });

  it('a stand-alone egress rule takes the allow-all one away, inline ones too, and it stays away (VPC-035)', () => {
    const { model } = smallNetwork().network;
    const rules = (): number => model.findSecurityGroup('sg-nlb')!.rules('egress').length;
    const remove = model.addSecurityRule('sg-nlb', 'egress', tcp(8080, 'sg-task'));
    assert.equal(rules(), 2);
    model.revokeAllowAllEgress('sg-nlb');
    assert.equal(rules(), 1);
    model.setSecurityRules('sg-nlb', { ingress: [], egress: [ALLOW_ALL, tcp(443, '0.0.0.0/0')] });
    assert.equal(rules(), 2, 'the unchanged rule of the template is not put back');
    remove();
    assert.equal(rules(), 1);
    model.setSecurityRules('sg-nlb', { ingress: [], egress: [] });
    model.setSecurityRules('sg-nlb', { ingress: [], egress: [ALLOW_ALL] });
    assert.equal(rules(), 1, 'a rule that was taken out and put in again counts');
  });

  it('keeps one of two equal stand-alone rules when the other goes', () => {
    const { model } = smallNetwork().network;
    const rule = tcp(8080, 'sg-nlb');
    const remove = model.addSecurityRule('sg-task', 'ingress', rule);
    model.addSecurityRule('sg-task', 'ingress', rule);
    remove();
    remove();
    assert.equal(model.findSecurityGroup('sg-task')!.rules('ingress').length, 1);
  });

  it('leaves a newer thing of the same id alone when the older one goes', () => {
    const { model } = smallNetwork().network;
    const remove = model.addNatGateway({ id: 'nat-1', name: 'Old', subnetId: 'subnet-1', connectivity: 'public' });
    model.addNatGateway({ id: 'nat-1', name: 'New', subnetId: 'subnet-1', connectivity: 'public' });
    remove();
    assert.equal(model.findNatGateway('nat-1')?.name, 'New');
  });
});
