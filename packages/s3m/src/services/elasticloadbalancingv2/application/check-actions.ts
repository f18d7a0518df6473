import { isUnresolved } from '../../known-value.ts';
import type { Finding, Properties, Scope } from '../../resource-type.ts';

/** The properties of a listener's or a rule's actions, below `prefix`. */
export function actionProperties(prefix: string): Record<string, Scope> {
  const simulated = [
    'Type',
    'Order',
    'TargetGroupArn',
    'ForwardConfig.TargetGroups.TargetGroupArn',
    'ForwardConfig.TargetGroups.Weight',
    'ForwardConfig.TargetGroupStickinessConfig.Enabled',
    'ForwardConfig.TargetGroupStickinessConfig.DurationSeconds',
    'FixedResponseConfig.StatusCode',
    'FixedResponseConfig.ContentType',
    'FixedResponseConfig.MessageBody',
    'RedirectConfig.StatusCode',
    'RedirectConfig.Protocol',
    'RedirectConfig.Host',
    'RedirectConfig.Port',
    'RedirectConfig.Path',
    'RedirectConfig.Query',
  ];
  const refused = ['AuthenticateOidcConfig', 'AuthenticateCognitoConfig', 'JwtValidationConfig'];
  return {
    ...Object.fromEntries(simulated.map((name) => [`${prefix}.${name}`, 'simulated' as const])),
    ...Object.fromEntries(refused.map((name) => [`${prefix}.${name}`, { inert: 'its action is refused' }])),
  };
}

const types: readonly string[] = ['forward', 'fixed-response', 'redirect'];

/** Actions that are not simulated: authentication would have to be asked for before anything is forwarded. */
export function checkActions(actions: readonly Properties[], property: string): readonly Finding[] {
  return actions.flatMap(({ Type: type }, index): readonly Finding[] => {
    if (isUnresolved(type) || types.includes(String(type))) return [];
    const at = `${property}[${index}].Type`;
    return [
      String(type).startsWith('authenticate-') || type === 'jwt-validation'
        ? {
            property: at,
            kind: 'unsupported',
            message: `Action ${JSON.stringify(type)} is not simulated: a load balancer that let everybody through in its place would not be safe`,
            fix: 'Let an authorizer of API Gateway, or the service itself, check the token.',
            final: true,
          }
        : { property: at, kind: 'invalid', message: `Action type ${JSON.stringify(type)} is not allowed. Allowed: ${types.join(', ')}` },
    ];
  });
}
