import type { Finding } from '../resource-type.ts';

/** What RegisterTaskDefinition answers to a parameter that Fargate does not take (ECS-014). The text is inferred. */
export function notOnFargate(property: string, name: string): Finding {
  return {
    property,
    kind: 'invalid',
    message: `When networkMode=awsvpc and requiresCompatibilities=FARGATE, '${name}' is not supported.`,
    fix: 'Leave it out: Fargate does not support it.',
  };
}
