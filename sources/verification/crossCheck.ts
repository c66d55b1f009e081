import type {Observation}     from '../findings';

import type {CertifiedClaims} from './certifiedClaims';
import type {StatedClaims}    from './statedClaims';

type Disagreement = {claim: string, certified: string, stated: string};

/**
 * Certificate and statement must tell the same story: the certificate is
 * attested, the statement is self-asserted. A claim is compared where both
 * sides have it; a newer certificate with gaps is refused.
 */
export function crossCheck(certified: CertifiedClaims, stated: StatedClaims): Observation | null {
  if (certified.lacking.length > 0) {
    return {
      id: `provenance-statement-mismatch`,
      message: `The certificate of the provenance lacks claims that certificates of its kind have`,
      expected: `all of the build's certificate extensions, or only those of before 2023`,
      found: `missing: ${certified.lacking.join(`, `)}`,
      hint: `Do not trust this provenance; ask the publisher how it was made`,
    };
  }

  const disagreements = findDisagreements(certified, stated);
  if (disagreements.length === 0)
    return null;

  return {
    id: `provenance-statement-mismatch`,
    message: `The provenance statement disagrees with the certificate that signed it (${disagreements.map(({claim}) => claim).join(`, `)})`,
    expected: disagreements.map(({claim, certified}) => `${claim} ${certified}`).join(`; `),
    found: disagreements.map(({claim, stated}) => `${claim} ${stated}`).join(`; `),
    hint: `Do not trust this provenance: its statement was written by somebody who controls the build, not by the build's identity`,
  };
}

const COMPARED = [`sourceRepository`, `sourceRepositoryId`, `sourceOwnerId`, `sourceRef`, `sourceCommit`, `workflow`, `trigger`, `runner`] as const;

function findDisagreements(certified: CertifiedClaims, stated: StatedClaims): Array<Disagreement> {
  const disagreements: Array<Disagreement> = [];

  for (const claim of COMPARED) {
    const expected = certified[claim];
    if (!expected)
      continue;

    for (const found of stated[claim]) {
      if (found !== expected) {
        disagreements.push({claim, certified: expected, stated: found});
      }
    }
  }

  const {sourceRef, run} = certified;
  if (sourceRef)
    for (const refName of stated.sourceRefName)
      if (!sourceRef.startsWith(`refs/`) || sourceRef.split(`/`).slice(2).join(`/`) !== refName)
        disagreements.push({claim: `sourceRef`, certified: sourceRef, stated: refName});


  if (run)
    for (const found of stated.run)
      if (found !== run && !isSameGithubRun(run, found))
        disagreements.push({claim: `run`, certified: run, stated: found});


  return disagreements;
}

/** Statements of before SLSA 1.0 write `<run id>-<attempt>` where the certificate has the URL. */
function isSameGithubRun(run: string, idAndAttempt: string) {
  const match = /^([0-9]+)-([0-9]+)$/.exec(idAndAttempt);
  return match !== null && run.endsWith(`/actions/runs/${match[1]}/attempts/${match[2]}`);
}
