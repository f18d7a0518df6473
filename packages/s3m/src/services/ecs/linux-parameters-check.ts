import { isObject, listOf, textOf } from '../known-value.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { notOnFargate } from './not-on-fargate.ts';

/** What Fargate takes none of (ECS-014, ECS-099). */
const REFUSED = [
  ['Devices', 'devices'],
  ['SharedMemorySize', 'sharedMemorySize'],
  ['MaxSwap', 'maxSwap'],
  ['Swappiness', 'swappiness'],
  ['Tmpfs', 'tmpfs'],
] as const;

/** The one capability that can be added (ECS-099). */
const ADDABLE = 'SYS_PTRACE';

/** What AWS would refuse in a container's `LinuxParameters`. */
export function checkLinuxParameters(container: Properties, at: string): Finding[] {
  const linux = container['LinuxParameters'];
  if (!isObject(linux)) return [];
  const refused = REFUSED.filter(([property]) => {
    const value = linux[property];
    return value !== undefined && (!Array.isArray(value) || listOf(value).length > 0);
  });
  const capabilities = linux['Capabilities'];
  const added = isObject(capabilities) && Array.isArray(capabilities['Add']) ? capabilities['Add'].map(textOf) : [];
  return [
    ...refused.map(([property, name]) => notOnFargate(`${at}.LinuxParameters.${property}`, `linuxParameters.${name}`)),
    ...added.flatMap((name, index): Finding[] =>
      name === undefined || name === ADDABLE
        ? []
        : [notOnFargate(`${at}.LinuxParameters.Capabilities.Add[${index}]`, `linuxParameters.capabilities.add ${name}`)],
    ),
  ];
}
