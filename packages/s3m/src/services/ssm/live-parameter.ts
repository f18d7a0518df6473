import type { StoredParameter } from '../../capabilities/stored-parameter.ts';
import { LiveRecord } from '../kept-records.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type ParameterTier = 'Standard' | 'Advanced';

/** One version of a parameter, with all that PutParameter said. */
export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** ARN of who put it. */
  readonly modifiedBy: string;
  readonly labels: readonly string[];
}

/** What is kept of a parameter. */
export interface ParameterRecord {
  readonly name: string;
  readonly arn: string;
  /** The oldest first; never empty. */
  readonly versions: readonly ParameterVersion[];
  readonly tags: Readonly<Record<string, string>>;
  /** What the template last said, of a parameter that is a resource: a value put by hand stays until the template says another. */
  readonly templateValue?: string;
}

/** A parameter that exists. */
export class LiveParameter extends LiveRecord<ParameterRecord> implements StoredParameter {
  get arn(): string {
    return this.record.arn;
  }

  get name(): string {
    return this.record.name;
  }

  get latest(): ParameterVersion {
    return this.record.versions.at(-1)!;
  }

  find(version: number): ParameterVersion | undefined {
    return this.record.versions.find((each) => each.version === version);
  }

  labelled(label: string): ParameterVersion | undefined {
    return this.record.versions.find(({ labels }) => labels.includes(label));
  }

  value(version?: number): string | undefined {
    return (version === undefined ? this.latest : this.find(version))?.value;
  }
}
