import type { Secret, SecretVersion } from '../../capabilities/secret.ts';
import { LiveRecord } from '../kept-records.ts';

export const currentStage = 'AWSCURRENT';
export const previousStage = 'AWSPREVIOUS';
/** Of the version that a rotation makes, which has no value until its function puts one. */
export const pendingStage = 'AWSPENDING';

/** One value of a secret: a text, or bytes in base64. */
export interface SecretValue {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

export interface StoredVersion extends SecretValue {
  readonly id: string;
  /** Staging labels; a version without one is deprecated. */
  readonly stages: readonly string[];
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
}

/** How a secret rotates (Secrets Manager API Reference, RotateSecret). */
export interface Rotation {
  /** False once it was cancelled. */
  readonly enabled: boolean;
  readonly functionArn: string;
  readonly rules?: RotationRules;
  readonly rotatedAt?: number;
}

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  readonly Duration?: string;
  readonly ScheduleExpression?: string;
}

/** What is kept of a secret. */
export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The oldest first. */
  readonly versions: readonly StoredVersion[];
  readonly createdAt: number;
  readonly changedAt: number;
  readonly accessedAt?: number;
  /** When DeleteSecret was called; the secret is gone at `purgeAt`. */
  readonly deletedAt?: number;
  readonly purgeAt?: number;
  /** JSON text, as it was put. */
  readonly policy?: string;
  readonly rotation?: Rotation;
  /** What the template last said of the value, of a secret that is a resource. */
  readonly templateValue?: string;
}

/** A secret that exists. */
export class LiveSecret extends LiveRecord<SecretRecord> implements Secret {
  get arn(): string {
    return this.record.arn;
  }

  get policy(): string | undefined {
    return this.record.policy;
  }

  get name(): string {
    return this.record.name;
  }

  /** The version of an id, of a stage, or of both. */
  find({ stage, id }: SecretVersion): StoredVersion | undefined {
    const wanted = stage ?? (id === undefined ? currentStage : undefined);
    return this.record.versions.find(
      (version) => (wanted === undefined || version.stages.includes(wanted)) && (id === undefined || version.id === id),
    );
  }

  value(version: SecretVersion = {}): string | undefined {
    return this.record.deletedAt === undefined ? this.find(version)?.SecretString : undefined;
  }
}
