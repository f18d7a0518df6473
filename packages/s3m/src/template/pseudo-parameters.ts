import type { Json } from './json.ts';
import { noValue, type Resolved } from './no-value.ts';

/** Where a stack is deployed: the values of the pseudo parameters (CFN-002). */
export interface PseudoParameters {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly urlSuffix: string;
  readonly stackName: string;
  /** `arn:aws:cloudformation:...` */
  readonly stackId: string;
  /** None by default. */
  readonly notificationArns?: readonly string[];
}

const readers: Readonly<Record<string, (pseudo: PseudoParameters) => Json | typeof noValue>> = {
  'AWS::AccountId': (pseudo) => pseudo.accountId,
  'AWS::NoValue': () => noValue,
  'AWS::NotificationARNs': (pseudo) => pseudo.notificationArns ?? [],
  'AWS::Partition': (pseudo) => pseudo.partition,
  'AWS::Region': (pseudo) => pseudo.region,
  'AWS::StackId': (pseudo) => pseudo.stackId,
  'AWS::StackName': (pseudo) => pseudo.stackName,
  'AWS::URLSuffix': (pseudo) => pseudo.urlSuffix,
};

export function isPseudoParameter(name: string): boolean {
  return Object.hasOwn(readers, name);
}

/** @param name one that {@link isPseudoParameter} accepts */
export function pseudoValue(name: string, pseudo: PseudoParameters): Resolved {
  return readers[name]!(pseudo);
}
