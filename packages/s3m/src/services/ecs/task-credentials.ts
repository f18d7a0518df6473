import { randomUUID } from 'node:crypto';
import type { Account } from '../account.ts';
import { openRoleSession, roleOf, type TemporaryCredentials } from '../role-session.ts';
import { answerJson, type LinkLocalHandler } from './link-local.ts';

/** How long credentials of a task last. */
const lifetimeMs = 6 * 3_600_000;
/** New ones are made so long before the end: SDKs ask again some minutes before it. */
const renewedBeforeMs = 1_800_000;

/** Where tasks ask for credentials. */
export const credentialsPath = '/v2/credentials/';

/** The credentials of one task's role, made when they are first asked for and renewed in time (ECS-092, IAM-009). */
export class TaskCredentials {
  /** `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` */
  readonly relativeUri: string = `${credentialsPath}${randomUUID()}`;
  readonly #account: Account;
  readonly #roleArn: string;
  readonly #taskId: string;
  #current: TemporaryCredentials | undefined;

  constructor(account: Account, roleArn: string, taskId: string) {
    this.#account = account;
    this.#roleArn = roleArn;
    this.#taskId = taskId;
  }

  readonly handle: LinkLocalHandler = (request, response, path) => {
    request.resume();
    if (path !== this.relativeUri) {
      const message = 'CredentialsV2Request: Credentials not found';
      return answerJson(response, 400, { code: 'InvalidIdInRequest', message, HTTPErrorCode: 400 });
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = this.current();
    answerJson(response, 200, {
      RoleArn: this.#roleArn,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: new Date(expiresAt).toISOString().replace(/\.\d+/, ''),
    });
  };

  /** IAM-008: the session's name is the task's id. */
  current(): TemporaryCredentials {
    const account = this.#account;
    if (this.#current === undefined || this.#current.expiresAt - account.clock.now() < renewedBeforeMs) {
      this.#current = openRoleSession(account, roleOf(account, this.#roleArn), { sessionName: this.#taskId, durationMs: lifetimeMs });
    }
    return this.#current;
  }
}
