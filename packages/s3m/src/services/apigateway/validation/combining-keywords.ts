import type { _ as code, CodeKeywordDefinition, KeywordCxt } from 'ajv';

/** What makes a value fit, of how many schemas it fits. */
const enough = { allOf: 'all', anyOf: 'some', oneOf: 'one' } as const;

/** Keywords that combine schemas, each with one error of its own that says how many fitted, and none of what is wrong within (AG-404). */
export function combiningKeywords(_: typeof code): CodeKeywordDefinition[] {
  return Object.entries(enough).map(([keyword, wanted]) => ({
    keyword,
    schemaType: 'array',
    trackErrors: true,
    error: { message: keyword, params: ({ params }) => _`{matched: ${params['matched']}}` },
    code: (cxt) => combine(_, cxt, keyword, wanted),
  }));
}

function combine(_: typeof code, cxt: KeywordCxt, keyword: string, wanted: (typeof enough)[keyof typeof enough]): void {
  const { gen } = cxt;
  const total = (cxt.schema as readonly unknown[]).length;
  const matched = gen.let('matched', 0);
  const valid = gen.name('_valid');
  for (let schemaProp = 0; schemaProp < total; schemaProp++) {
    cxt.subschema({ keyword, schemaProp, compositeRule: true }, valid);
    gen.if(valid, () => gen.add(matched, 1));
  }
  cxt.setParams({ matched });
  const fits = wanted === 'some' ? _`${matched} > 0` : _`${matched} === ${wanted === 'one' ? 1 : total}`;
  cxt.result(
    fits,
    () => cxt.reset(),
    () => {
      cxt.reset();
      cxt.error(true);
    },
  );
}
