import {describe, expect, test}                 from 'vitest';

import {getAttestationPath}                     from '../../../sources/evidence/attestationDocument';
import {makePackage, makeSource, startRegistry} from '../../support/evidenceRegistry';
import type {Route}                             from '../../support/evidenceRegistry';
import {hasRealEvidence}                        from '../../support/optionalTests';
import {readEvidence, type RealPackage}         from '../../support/realEvidence';

const attestation = {predicateType: `https://slsa.dev/provenance/v1`, bundle: {mediaType: `x`}};

async function fetchFoo(answer: Route) {
  const {registry} = await startRegistry({'/-/npm/v1/attestations/foo@1.0.0': answer});
  const source = await makeSource();
  return source.fetchAttestations(makePackage(registry, `foo`, `1.0.0`), {url: `${registry}/-/npm/v1/attestations/foo@1.0.0`, provenance: null});
}

describe(`where they are asked for`, () => {
  const canonical = `/-/npm/v1/attestations/@s%2fn@1.0.0`;

  test.each([
    [`https://registry.example.org/-/npm/v1/attestations/@s%2fn@1.0.0`, `/-/npm/v1/attestations/@s%2fn@1.0.0`],
    [`https://registry.example.org/-/npm/v1/attestations/@s/n@1.0.0`, `/-/npm/v1/attestations/@s/n@1.0.0`],
    [`https://registry.example.org/npm/-/npm/v1/attestations/@s%2fn@1.0.0`, `/-/npm/v1/attestations/@s%2fn@1.0.0`],
    [`https://registry.example.org/-/npm/v1/attestations/@s%2fn@1.0.0?token=x#y`, `/-/npm/v1/attestations/@s%2fn@1.0.0`],
    [`https://registry.example.org/-/npm/v1/attestations/@s%2fn@2.0.0`, canonical],
    [`https://registry.example.org/-/npm/v1/attestations/@s%2fother@1.0.0`, canonical],
    [`https://registry.example.org/-/npm/v1/attestations/x/../@s%2fn@1.0.0/..`, canonical],
    [`https://registry.example.org/-/npm/v1/attestations/..%2f@s%2fn@1.0.0`, canonical],
    [`https://registry.example.org/-/npm/v1/attestations/%`, canonical],
    [`https://registry.example.org/elsewhere`, canonical],
    [`file:///etc/passwd`, canonical],
    [`data:text/plain,x`, canonical],
    [`nonsense`, canonical],
    [``, canonical],
  ])(`it should take no more than the spelling from %s`, (url, path) => {
    expect(getAttestationPath(makePackage(`x`, `@s/n`, `1.0.0`), url)).toEqual(path);
  });

  test.each([``, `/npm`, `/deep/sub/path`])(`it should be the package's own registry, with its folder (%s)`, async folder => {
    const elsewhere = await startRegistry({});
    const {registry, getPaths} = await startRegistry({[`${folder}/-/npm/v1/attestations/@s/n@1.0.0`]: {attestations: [attestation]}}, {folder});
    const pkg = makePackage(registry, `@s/n`, `1.0.0`);

    for (const prefix of [registry, elsewhere.registry, `${elsewhere.registry}/other`]) {
      const source = await makeSource();
      expect(await source.fetchAttestations(pkg, {url: `${prefix}/-/npm/v1/attestations/@s%2fn@1.0.0`, provenance: null})).toMatchObject({status: `found`});
    }

    expect(getPaths()).toEqual(Array.from({length: 3}, () => `${folder}/-/npm/v1/attestations/@s/n@1.0.0`));
    expect(elsewhere.requests).toEqual([]);
  });
});

describe(`what the answer means`, () => {
  test(`it should hand over every attestation as it was served`, async () => {
    const other = {predicateType: `x`, bundle: {anything: [1, {}]}};
    expect(await fetchFoo({attestations: [attestation, other]})).toMatchObject({status: `found`, value: [attestation, other], origin: {from: `network`}});
  });

  test.each<[string, Route, object]>([
    [`HTTP 404`, 404, {status: `absent`, httpStatus: 404}],
    [`HTTP 405`, 405, {status: `absent`, httpStatus: 405}],
    [`HTTP 501`, 501, {status: `absent`, httpStatus: 501}],
    [`an empty list`, {attestations: []}, {status: `absent`, httpStatus: 200}],
    [`HTTP 401`, 401, {status: `unreachable`, authentication: true}],
    [`HTTP 403`, 403, {status: `unreachable`, authentication: true}],
    [`HTTP 500`, 500, {status: `unreachable`, authentication: false}],
    [`a reset`, request => request.socket.destroy(), {status: `unreachable`, authentication: false}],
    [`17 MB`, (_, response) => response.end(Buffer.alloc(17 * 1024 * 1024)), {status: `unreachable`, authentication: false}],
    [`a page`, `<html></html>`, {status: `malformed`}],
    [`half of it`, `{"attestations":[`, {status: `malformed`}],
  ])(`it should understand %s`, async (_, answer, expected) => {
    expect(await fetchFoo(answer)).toMatchObject(expected);
  });

  test.each<[unknown, string]>([
    [[], `the answer`],
    [{}, `attestations`],
    [{attestations: {}}, `attestations`],
    [{attestations: [null]}, `attestations[0]`],
    [{attestations: [{bundle: {}}]}, `attestations[0].predicateType`],
    [{attestations: [attestation, {...attestation, predicateType: 1}]}, `attestations[1].predicateType`],
    [{attestations: [{predicateType: `x`}]}, `attestations[0].bundle`],
    [{attestations: [{predicateType: `x`, bundle: `x`}]}, `attestations[0].bundle`],
    [{attestations: Array.from({length: 101}, () => attestation)}, `attestations`],
    [{attestations: [{...attestation, predicateType: `x`.repeat(5000)}]}, `attestations[0].predicateType`],
  ])(`it should name the field that is malformed (%#)`, async (answer, reason) => {
    expect(await fetchFoo(JSON.stringify(answer))).toMatchObject({status: `malformed`, reason: expect.stringContaining(reason)});
  });
});

describe.runIf(hasRealEvidence)(`real evidence`, () => {
  test(`it should come through unchanged`, async () => {
    const {attestations} = readEvidence<RealPackage>(`packages`, `sigstore@2.3.1.json`);
    expect(await fetchFoo({attestations})).toMatchObject({status: `found`, value: attestations});
  });
});
