import type { Invoker } from '../../capabilities/invocable.ts';
import { matchesArn } from '../../policy/arn-pattern.ts';

/** A statement of a function's resource policy, as AddPermission makes it (LMB-061). */
export interface PolicyStatement {
  readonly sid: string;
  /** `lambda:InvokeFunction`, `lambda:*` */
  readonly action: string;
  /** A service (`apigateway.amazonaws.com`), an account id, the ARN of a principal, or `*`. */
  readonly principal: string;
  /** The policy belongs to the function, or to one alias or version of it (LMB-063). */
  readonly qualifier?: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** Who may invoke a function. */
export class ResourcePolicy {
  readonly #statements = new Map<string, PolicyStatement>();

  /** Answers a function that removes the statement; undefined when the statement id is taken already. */
  add(statement: PolicyStatement): (() => void) | undefined {
    const key = `${statement.qualifier ?? ''} ${statement.sid}`;
    if (this.#statements.has(key)) return undefined;
    this.#statements.set(key, statement);
    return () => {
      if (this.#statements.get(key) === statement) this.#statements.delete(key);
    };
  }

  /** Whether there was one. */
  remove(sid: string, qualifier: string | undefined): boolean {
    return this.#statements.delete(`${qualifier ?? ''} ${sid}`);
  }

  get statements(): readonly PolicyStatement[] {
    return [...this.#statements.values()];
  }

  /** Whether a statement lets `invoker` invoke the function, or its alias or version `qualifier`. */
  allows(invoker: Invoker, qualifier: string | undefined): boolean {
    return this.statements.some(
      (statement) =>
        statement.qualifier === qualifier &&
        coversInvoke(statement.action) &&
        coversPrincipal(statement.principal, invoker.principal) &&
        (statement.sourceArn === undefined || (invoker.sourceArn !== undefined && matchesArn(statement.sourceArn, invoker.sourceArn))) &&
        (statement.sourceAccount === undefined || statement.sourceAccount === invoker.sourceAccount),
    );
  }
}

function coversInvoke(action: string): boolean {
  return ['lambda:invokefunction', 'lambda:*', '*'].includes(action.toLowerCase());
}

function coversPrincipal(allowed: string, principal: string): boolean {
  if (allowed === '*' || allowed === principal) return true;
  const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(allowed)?.[1];
  return account !== undefined && principal.split(':')[4] === account;
}
