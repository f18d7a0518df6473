import type { TargetDescription, TargetGroup } from '../../../capabilities/target-group.ts';
import type { Exchange, HttpAnswer } from '../../../http/exchange.ts';
import type { HeaderLines } from '../../../http/message.ts';
import type { Account } from '../../account.ts';
import type { BalancedRequest } from '../application/balanced-request.ts';

/** A request on its way to a function. */
export interface FunctionRequest {
  readonly request: BalancedRequest;
  readonly exchange: Exchange;
  /** As a target would get them, names and values in turn. */
  readonly headers: HeaderLines;
  /** Told why the balancer answers by itself. */
  onFailure(why: string): void;
}

/** An answer whose headers are lines, so that more can be added. */
export type FunctionAnswer = HttpAnswer & { readonly headers: HeaderLines };

export interface FunctionGroupSettings {
  /** With qualifier, when the template has one. Undefined while no function is registered. */
  readonly functionArn: string | undefined;
  /** `lambda.multi_value_headers.enabled` */
  readonly multiValue: boolean;
}

/** A target group of type `lambda`: one function, which an Application Load Balancer invokes with each request. */
export class FunctionTargetGroup implements TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly targetType = 'lambda' as const;
  readonly port = 0;
  readonly protocol = '';
  readonly deregistrationDelayMs = 0;
  readonly inUse = true;
  readonly account: Account;
  settings: FunctionGroupSettings;
  #requests = 0;

  constructor(arn: string, name: string, settings: FunctionGroupSettings, account: Account) {
    this.arn = arn;
    this.name = name;
    this.settings = settings;
    this.account = account;
  }

  get requests(): number {
    return this.#requests;
  }

  register(): void {
    throw new Error(`the target group ${this.name} is one of functions and takes no address`);
  }

  deregister(): Promise<void> {
    return Promise.resolve();
  }

  /** Functions are not checked unless it is asked for. */
  describe(): readonly TargetDescription[] {
    const { functionArn } = this.settings;
    if (functionArn === undefined) return [];
    const health = {
      state: 'unavailable',
      reason: 'Target.HealthCheckDisabled',
      description: 'Health checks are not enabled for this target',
    } as const;
    return [{ address: functionArn, port: 0, zone: 'all', health }];
  }

  onHealthChange(): () => void {
    return () => {};
  }

  /** Invokes the function and answers what it answers. */
  async answer(asked: FunctionRequest): Promise<FunctionAnswer> {
    this.#requests++;
    const { invokeTarget } = await import('./invoke-target.ts');
    return invokeTarget(this, asked);
  }
}
