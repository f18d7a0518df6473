import { ServiceError } from '../../services/service-error.ts';
import { checkNewName } from '../../services/ssm/parameter-name.ts';
import { parametersOf } from '../../services/ssm/parameter-store.ts';
import { checkPattern, chooseTier } from '../../services/ssm/parameter-value.ts';
import { isObject, nameByLogicalId, shown, type SeedGround, type SeedPart } from './seed-part.ts';

const kinds = ['String', 'StringList', 'SecureString'] as const;

/** `parameters: {NAME: "value" or {value, type}}`; one that isn't there is made. */
export function planParameters(
  { account, resources, seed, report }: SeedGround,
  parameters: Readonly<Record<string, unknown>>,
): SeedPart[] {
  const store = parametersOf(account);
  return Object.entries(parameters).flatMap(([given, entry]) => {
    const path = ['parameters', given];
    const name = store.find(given) === undefined ? (nameByLogicalId(resources, ['AWS::SSM::Parameter'], given) ?? given) : given;
    const before = store.find(name)?.latest;
    const { value, type = before?.type ?? 'String', ...others } = isObject(entry) ? entry : { value: entry };
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    const unknown = Object.keys(others)[0];
    const kind = kinds.find((each) => each === type);
    if (unknown !== undefined) report(seed.problem(path, `there is no member "${unknown}"`, 'Allowed: value, type.'));
    else if (kind === undefined) report(seed.problem(path, `there is no type ${shown(type)}`, `Allowed: ${kinds.join(', ')}.`));
    else if (typeof text !== 'string' || text === '')
      report(
        seed.problem(
          path,
          `expected a text that is not empty, got ${shown(value)}`,
          'Write "value", or {"value": "a,b", "type": "StringList"}.',
        ),
      );
    else {
      try {
        if (before === undefined) checkNewName(name);
        checkPattern(text, before?.allowedPattern);
        const tier = chooseTier(text, 'Intelligent-Tiering', before?.tier);
        const { version: _, modifiedAt: __, labels: ___, ...same } = before ?? { dataType: 'text' };
        const modifiedBy = `arn:${account.partition}:iam::${account.id}:user/developer`;
        return [
          {
            counts: { parameters: 1 },
            apply: async () =>
              void (await store.inTurn(name, () =>
                store.put(name, { ...same, dataType: same.dataType ?? 'text', type: kind, value: text, tier, modifiedBy }),
              )),
          },
        ];
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        report(seed.problem(path, error.message));
      }
    }
    return [];
  });
}
