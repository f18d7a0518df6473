/** Where a task of the service already is. */
export interface PlacedTask {
  readonly subnet: string;
}

/**
 * The subnet for the next task: in the zone with the fewest tasks, there the one with the fewest, else the first named.
 * The zone of a subnet is known once a task is in it; until then it counts as a zone of its own.
 */
export function chooseSubnet(
  subnets: readonly string[],
  tasks: readonly PlacedTask[],
  zoneOf: ReadonlyMap<string, string>,
): string | undefined {
  const inZone = (subnet: string): number => {
    const zone = zoneOf.get(subnet);
    return tasks.filter((task) => (zone === undefined ? task.subnet === subnet : zoneOf.get(task.subnet) === zone)).length;
  };
  const inSubnet = (subnet: string): number => tasks.filter((task) => task.subnet === subnet).length;
  return subnets.toSorted((one, other) => inZone(one) - inZone(other) || inSubnet(one) - inSubnet(other))[0];
}
