import {getField}                                from '../../jsonFields';
import type {ServedAttestation}                  from '../types';

import {ensureArray, ensureObject, ensureString} from './fields';

const MAX_ATTESTATIONS = 100;
const MAX_TYPE = 4096;

/** The answer of the attestations endpoint, bundles untouched. Throws `DecodeError`. */
export function decodeAttestations(value: unknown): Array<ServedAttestation> {
  const list = ensureArray(getField(ensureObject(value, `the answer`), `attestations`), `attestations`, MAX_ATTESTATIONS);

  return list.map((element, index) => {
    const attestation = ensureObject(element, `attestations[${index}]`);

    return {
      predicateType: ensureString(getField(attestation, `predicateType`), `attestations[${index}].predicateType`, MAX_TYPE),
      bundle: ensureObject(getField(attestation, `bundle`), `attestations[${index}].bundle`),
    };
  });
}
