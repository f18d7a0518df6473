import type { Finding, Properties } from '../resource-type.ts';
import { listOf, textOf } from '../known-value.ts';

/** ECS-015 */
export function checkDependencies(container: Properties, at: string, all: readonly Properties[]): Finding[] {
  return listOf(container['DependsOn']).flatMap((dependency, index): Finding[] => {
    const path = `${at}.DependsOn[${index}]`;
    const name = textOf(dependency['ContainerName']);
    const condition = textOf(dependency['Condition']);
    const other = all.find((candidate) => textOf(candidate['Name']) === name);
    if (name !== undefined && other === undefined) {
      const known = all.map((candidate) => textOf(candidate['Name'])).join(', ');
      return [
        {
          property: `${path}.ContainerName`,
          kind: 'invalid',
          message: `Container '${textOf(container['Name'])}' depends on container '${name}', which the task definition does not have. It has ${known}.`,
        },
      ];
    }
    if (condition === undefined || condition === 'START') return [];
    if (!['COMPLETE', 'SUCCESS', 'HEALTHY'].includes(condition)) {
      return [
        {
          property: `${path}.Condition`,
          kind: 'invalid',
          message: `Invalid dependency condition ${condition}. Allowed: START, COMPLETE, SUCCESS, HEALTHY.`,
        },
      ];
    }
    const essential = other?.['Essential'] !== false && other?.['Essential'] !== 'false';
    if (condition !== 'HEALTHY' && other !== undefined && essential) {
      return [
        {
          property: `${path}.Condition`,
          kind: 'invalid',
          message: `The condition ${condition} cannot be set on container '${name}', which is essential.`,
        },
      ];
    }
    if (condition === 'HEALTHY' && other !== undefined && other['HealthCheck'] === undefined) {
      return [
        {
          property: `${path}.Condition`,
          kind: 'invalid',
          message: `The condition HEALTHY cannot be set on container '${name}', which has no health check.`,
          fix: `Add a HealthCheck to container '${name}'. That of its Dockerfile does not count.`,
        },
      ];
    }
    return [];
  });
}
