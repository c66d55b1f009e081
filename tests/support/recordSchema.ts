import Ajv2020 from 'ajv/dist/2020';

import schema  from '../../docs/schema/audit-attestations.schema.json';

/** What a reader of any later version may rely on. */
export const validateOpen = new Ajv2020({allErrors: true, strictTypes: true}).compile(schema);

/** What is printed today has to be described. */
export const validateClosed = new Ajv2020({allErrors: true}).compile(closeSchema(schema) as object);

/** The schema allows fields of later versions. */
function closeSchema(node: unknown): unknown {
  if (Array.isArray(node))
    return node.map(closeSchema);
  if (typeof node !== `object` || node === null)
    return node;

  const closed = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeSchema(value)]));
  return Object.hasOwn(closed, `properties`) && Object.hasOwn(closed, `required`)
    ? {additionalProperties: false, ...closed}
    : closed;
}
