/** A part of AWS with accounts and names of its own. */
export interface Partition {
  /** `AWS::Partition` */
  readonly name: string;
  /** `AWS::URLSuffix` */
  readonly urlSuffix: string;
}

const commercial: Partition = { name: 'aws', urlSuffix: 'amazonaws.com' };

/** By how a region's name begins. Source: AWS CloudFormation User Guide, "Pseudo parameters reference"; AG-093. */
const others: readonly (readonly [start: string, partition: Partition])[] = [
  ['cn-', { name: 'aws-cn', urlSuffix: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', urlSuffix: 'amazonaws.com' }],
];

export function partitionOf(region: string): Partition {
  return others.find(([start]) => region.startsWith(start))?.[1] ?? commercial;
}
