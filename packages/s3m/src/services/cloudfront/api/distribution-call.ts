import type { Account } from '../../account.ts';
import type { XmlNode } from '../../print-xml.ts';
import type { DeployedDistribution } from '../policies/own-policies.ts';

/** A call about a distribution, of one who may make it. */
export interface DistributionCall {
  readonly account: Account;
  readonly distribution: DeployedDistribution;
  /** What the path names: the distribution, and what is below it. */
  readonly path: readonly string[];
  /** Without the query string. */
  readonly url: string;
  readonly body: Buffer;
}

export interface XmlAnswer {
  readonly status: number;
  readonly root: string;
  readonly elements: readonly XmlNode[];
  readonly headers?: Readonly<Record<string, string>>;
}
