import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { addAuthorizer, mock, openGateway, type FakeFunction, type Gateway, type RawAnswer } from './gateway-fixture.ts';

export const token = 'Bearer eyJhbGciOiJub25lIn0.canary-canary-canary.x';

export function get(gateway: Gateway, path = '/prod/weather', authorization: string | undefined = token): Promise<RawAnswer> {
  return gateway.send(path, { headers: authorization === undefined ? {} : { Authorization: authorization } });
}

/** A deployed API whose `/weather`, `/values` and root answer by MOCK behind one TOKEN authorizer; `properties` are the authorizer's. */
export async function guarded(
  properties: Properties = {},
  clock: VirtualClock = new VirtualClock(),
): Promise<Gateway & { readonly lambda: FakeFunction }> {
  const gateway = await openGateway({ clock });
  const { lambda, guard } = await addAuthorizer(gateway, properties);
  await gateway.method('GET', '/weather', { ...mock(), ...guard });
  await gateway.method('GET', '/values', { ...mock(), ...guard });
  await gateway.method('GET', '/', { ...mock(), ...guard });
  await gateway.deploy();
  return Object.assign(gateway, { lambda });
}
