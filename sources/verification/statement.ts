import {getField} from '../jsonFields';

/** An in-toto statement after its envelope's signature was verified. https://in-toto.io/Statement/v1 */
export type Statement = {
  predicateType: string;
  subjects: Array<{name: string, sha512: string | null}>;
  predicate: unknown;
};

export const INTOTO_PAYLOAD_TYPE = `application/vnd.in-toto+json`;

const STATEMENT_TYPES = new Set([
  `https://in-toto.io/Statement/v0.1`,
  `https://in-toto.io/Statement/v1`,
]);

/** Null when the payload is not an in-toto statement. */
export function tryParseStatement(payload: Buffer): Statement | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString(`utf8`));
  } catch {
    return null;
  }

  const type = getField(value, `_type`);
  const predicateType = getField(value, `predicateType`);
  const subjects = getField(value, `subject`);

  if (typeof type !== `string` || !STATEMENT_TYPES.has(type) || typeof predicateType !== `string` || !Array.isArray(subjects))
    return null;

  return {
    predicateType,
    predicate: getField(value, `predicate`),
    subjects: subjects.flatMap(subject => {
      const name = getField(subject, `name`);
      const sha512 = getField(subject, `digest`, `sha512`);
      return typeof name === `string` ? [{name, sha512: typeof sha512 === `string` ? sha512.toLowerCase() : null}] : [];
    }),
  };
}
