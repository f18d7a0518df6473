import type { Direction } from '../../network/security-rule.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext } from '../resource-type.ts';
import { inNetwork } from '../in-network.ts';
import { readRule } from './read-rule.ts';

/** Adds a stand-alone rule to a group. */
export function addRule(context: ResourceContext, direction: Direction): Resource {
  const { model } = context.account.network;
  const read = new PropertyReader(context.properties);
  const groupId = read.string('GroupId');
  const rule = readRule(read, direction, model);
  const remove = inNetwork(() => model.addSecurityRule(groupId, direction, rule), 'GroupId');
  if (direction === 'egress') model.revokeAllowAllEgress(groupId); // VPC-035
  const id = `sgr-${context.physicalId(17)}`;
  return { ref: id, attributes: { Id: id }, delete: () => Promise.resolve(remove()) };
}
