import { DialFailure, type ConnectionRoute, type DialFailureKind } from '../../capabilities/connection.ts';
import { AnswerTimeout, ConnectFailed, ConnectionClosed, MalformedAnswer } from '../../http/pool-errors.ts';
import { Unwritable } from '../../http/write-head.ts';
import { configurationError, integrationTimeout, malformedAnswer, networkError, type Failure } from './failures.ts';

/** What the client sees when the backend could not be asked, and what AWS writes to its execution log. */
export interface IntegrationFailure {
  readonly failure: Failure;
  readonly why: string;
  readonly log: string;
  /** The network drops packets: on AWS nothing is heard until the integration's time is up. */
  readonly silent: boolean;
  /** How far the dial got. */
  readonly route: Partial<ConnectionRoute> | undefined;
}

const configurationLog = 'Execution failed due to configuration error: There was an internal error while executing your request';
const networkLog = 'Execution failed due to a network error communicating with endpoint';
const timeoutLog = 'Execution failed due to a timeout error';

interface Answer {
  readonly failure: Failure;
  readonly log: string;
  readonly silent?: true;
}

/**
 * What each end of a dial looks like from outside. AWS's sources disagree (AG-193, AG-194, AG-904, NLB-065); not verified against AWS:
 * a link, listener or target that is not there is a configuration error; a target that refuses is a network error, as captured;
 * a security group or network ACL that drops packets is a time-out.
 */
const dialAnswers: Readonly<Record<DialFailureKind, Answer>> = {
  'no-link': { failure: configurationError, log: configurationLog }, // AG-198
  'link-not-available': { failure: configurationError, log: configurationLog }, // AG-193
  'no-load-balancer': { failure: configurationError, log: configurationLog }, // AG-199
  'no-listener': { failure: configurationError, log: configurationLog }, // NLB-067
  'no-target': { failure: configurationError, log: configurationLog }, // NLB-059, NLB-065
  'refused-by-target': { failure: networkError, log: `${networkLog}: Connection is closed` }, // NLB-058, AG-904
  'blocked-by-network': { failure: integrationTimeout, log: timeoutLog, silent: true }, // AG-194, NLB-068
  'timed-out': { failure: integrationTimeout, log: timeoutLog },
};

/** Undefined for an error that is this engine's own. */
export function toIntegrationFailure(error: unknown): IntegrationFailure | undefined {
  if (error instanceof ConnectFailed) return fromConnect(error.cause);
  if (error instanceof AnswerTimeout) return made(integrationTimeout, error.message, timeoutLog); // AG-254
  if (error instanceof ConnectionClosed) return made(networkError, error.message, `${networkLog}: Connection is closed`); // AG-904
  if (error instanceof MalformedAnswer) return made(malformedAnswer, error.message, networkLog); // AG-260
  if (error instanceof Unwritable) return made(configurationError, error.message, configurationLog);
  return undefined;
}

function fromConnect(cause: unknown): IntegrationFailure {
  if (cause instanceof DialFailure) {
    const { failure, log, silent = false } = dialAnswers[cause.kind];
    return { failure, log, why: cause.message, silent, route: cause.route };
  }
  const { code = '', message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return made(configurationError, message, 'Execution failed due to configuration error: Invalid endpoint address'); // AG-259
  }
  if (code === 'ETIMEDOUT') return made(integrationTimeout, message, timeoutLog);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return made(configurationError, message, `Execution failed due to configuration error: ${nameMismatch(cause as NameMismatch)}`); // AG-196
  const distrust = distrusted[code];
  if (distrust !== undefined) return made(configurationError, message, `Execution failed due to configuration error: ${distrust}`);
  return made(networkError, message, networkLog); // AG-257
}

const noPath =
  'PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target';
const outOfDate = 'PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed';

/** A certificate that is not accepted, as a name that does not fit (AG-196). Its log lines are as users quote them; not verified against AWS. */
const distrusted: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: outOfDate,
  CERT_NOT_YET_VALID: outOfDate,
  CERT_SIGNATURE_FAILURE: noPath,
  DEPTH_ZERO_SELF_SIGNED_CERT: noPath,
  INVALID_CA: noPath,
  SELF_SIGNED_CERT_IN_CHAIN: noPath,
  UNABLE_TO_GET_ISSUER_CERT: noPath,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: noPath,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: noPath,
};

type NameMismatch = Error & { readonly host?: string; readonly cert?: { readonly subject?: { readonly CN?: string } } };

/** AG-196, NLB-066 */
function nameMismatch({ host, cert, message }: NameMismatch): string {
  const name = cert?.subject?.CN;
  return name === undefined ? message : `Host name '${host}' does not match the certificate subject provided by the peer (CN=${name})`;
}

function made(failure: Failure, why: string, log: string): IntegrationFailure {
  return { failure, why, log, silent: false, route: undefined };
}
