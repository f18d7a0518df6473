import { isUnresolved, listOf, textOf } from '../known-value.ts';
import type { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties } from '../resource-type.ts';
import { listenerHeaderAttributes } from './application/listener-headers.ts';

const tcpIdle = 'tcp.idle_timeout.seconds';

/** Attributes of a listener that would change what happens and are not simulated; NLB-050 for the one that is. */
export function checkListenerAttributes(
  attributes: Properties[string] | undefined,
  protocol: Properties[string] | undefined,
): readonly Finding[] {
  return listOf(attributes).flatMap(({ Key: name, Value: value }, index): readonly Finding[] => {
    const [key, text] = [textOf(name) ?? '', textOf(value) ?? ''];
    if (isUnresolved(value) || isUnresolved(name)) return [];
    const property = `ListenerAttributes[${index}]`;
    const application = protocol === 'HTTP' || protocol === 'HTTPS';
    if (application && listenerHeaderAttributes.some(([name, value]) => name.test(key) && value.test(text))) return [];
    if (key !== tcpIdle || protocol !== 'TCP') {
      return [{ property, kind: 'unsupported', message: `listener attribute ${key}=${text} is not supported` }];
    }
    const seconds = Number(text);
    if (Number.isInteger(seconds) && seconds >= 60 && seconds <= 6000) return [];
    return [{ property, kind: 'invalid', message: `Listener attribute '${key}' is ${JSON.stringify(text)}. Allowed: 60 to 6000` }];
  });
}

/** NLB-050: 350 s unless told otherwise. In milliseconds. */
export function readTcpIdle(read: PropertyReader): number {
  const attribute = read.objects('ListenerAttributes').find((each) => each.optionalString('Key') === tcpIdle);
  return Number(attribute?.optionalString('Value') ?? 350) * 1000;
}
