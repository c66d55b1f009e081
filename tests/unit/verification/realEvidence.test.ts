import {describe, expect, it}                                                                 from 'vitest';

import type {VersionDocument}                                                                 from '../../../sources/evidence/types';
import {makeBundleVerifier}                                                                   from '../../../sources/verification/attestationBundle';
import {verifyPackage}                                                                        from '../../../sources/verification/verifyPackage';
import {hasRealEvidence}                                                                      from '../../support/optionalTests';
import {getExpectedProvenance, readEvidence, readEvidenceFolder, readRealKeys, readRealTrust} from '../../support/realEvidence';
import type {RealCase, RealPackage, RealSignature}                                            from '../../support/realEvidence';

const origin = {from: `network`, fetchedAt: new Date(0)} as const;

describe.runIf(hasRealEvidence)(`Evidence of real packages`, () => {
  const verify = ({name, version, integrity, attestations, signatures = []}: {name: string, version: string, integrity: string, attestations?: Array<{predicateType: string, bundle: unknown}>, signatures?: VersionDocument[`signatures`]}) => verifyPackage({name, version, acceptedIssuers: new Set()}, {
    document: {status: `found`, origin, value: {integrity, signatures, attestations: attestations ? {url: ``, provenance: null} : null, repository: null}},
    attestations: attestations ? {status: `found`, origin, value: attestations} : null,
    publishTime: null,
  }, readRealKeys(), makeBundleVerifier(readRealTrust()));

  it.each(hasRealEvidence ? readEvidenceFolder<RealPackage>(`packages`) : [])(`should verify $name@$version and read the identity from its certificate`, pkg => {
    const {publish, provenance, observations} = verify(pkg);

    expect(observations).toEqual([]);
    expect(publish).toMatchObject({status: `verified`, time: new Date(pkg.time).toISOString()});
    expect(provenance).toMatchObject(getExpectedProvenance(pkg));
    expect(provenance.run).toBe(pkg.expect.certificate.invocation);
  });

  it.each(hasRealEvidence ? readEvidenceFolder<RealCase>(`cases`) : [])(`should judge $case rightly`, testCase => {
    const {publish, provenance, observations} = verify(testCase);

    const publishStatus = testCase.expect.publishBundle === `valid` ? `verified` : `invalid`;
    const provenanceStatus = testCase.expect.provenanceBundle === `valid` ? `verified` : `invalid`;

    expect({publish: publish.status, provenance: provenance.status}).toEqual({publish: publishStatus, provenance: provenanceStatus});
    expect(observations.map(({id}) => id)).toEqual(publishStatus === `invalid` || provenanceStatus === `invalid` ? [`attestation-invalid`] : []);
  });

  it(`should verify every real registry signature, and none over another version`, () => {
    const {positives} = readEvidence<{positives: Array<RealSignature>}>(`signatures.json`);
    expect(positives.length).toBeGreaterThan(300);

    for (const {name, version, integrity, keyid, sig} of positives) {
      expect(verify({name, version, integrity, signatures: [{keyid, sig}]}).signature).toMatchObject({status: `verified`});
      expect(verify({name, version: `${version}-other`, integrity, signatures: [{keyid, sig}]}).observations).toMatchObject([{id: `signature-invalid`}]);
    }
  });
});
