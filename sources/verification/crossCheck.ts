import type {Observation}     from '../findings';

import type {CertifiedClaims} from './certifiedClaims';
import {readStatedClaims}     from './statedClaims';

/**
 * Certificate and statement must tell the same story: the certificate is
 * attested, the statement is self-asserted. A claim is compared where both
 * sides have it; a newer certificate with gaps is refused.
 */
export function crossCheck(certified: CertifiedClaims, predicate: unknown): Observation | null {
  if (certified.lacking.length > 0) {
    return {
      id: `provenance-statement-mismatch`,
      message: `The certificate of the provenance lacks claims that certificates of its kind have`,
      expected: `all of the build's certificate extensions, or only those of before 2023`,
      found: `missing: ${certified.lacking.join(`, `)}`,
      hint: `Do not trust this provenance; ask the publisher how it was made`,
    };
  }

  const disagreements = readStatedClaims(predicate, certified).filter(({agrees}) => !agrees);
  if (disagreements.length === 0)
    return null;

  return {
    id: `provenance-statement-mismatch`,
    message: `The provenance statement disagrees with the certificate that signed it (${[...new Set(disagreements.map(({claim}) => claim))].join(`, `)})`,
    expected: disagreements.map(({claim, certified}) => `${claim} ${certified}`).join(`; `),
    found: disagreements.map(({claim, stated}) => `${claim} ${stated}`).join(`; `),
    hint: `Do not trust this provenance: its statement was written by somebody who controls the build, not by the build's identity`,
  };
}
