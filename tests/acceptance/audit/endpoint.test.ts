import {afterAll, beforeAll, describe, expect, it}  from 'vitest';

import * as answers                                 from '../../lab/answers';
import type {Answer}                                from '../../lab/httpServer';
import {startLab, type Lab}                         from '../../lab/lab';
import type {LabRegistry}                           from '../../lab/registry';
import {SLSA_V1}                                    from '../../lab/statements';
import {describeAttacks, describePackage, unharmed} from '../../support/attackTable';
import type {Attack}                                from '../../support/attackTable';
import {auditProject}                               from '../../support/auditProject';

const version = `1.0.0`;
const token = `the-token-of-the-registry`;

const getPath = (name: string) => `/-/npm/v1/attestations/${name}@${version}`;

const answering = (answer: Answer | ((lab: Lab, name: string) => Answer)) => (lab: Lab, name: string) => {
  lab.registry.add({name, version, provenance: true});
  lab.registry.override(getPath(name), typeof answer === `function` ? answer(lab, name) : answer);
};

const missing = {verdict: `failed`, findings: [`attestation-missing`], statuses: [`verified`, `missing`, `missing`]} satisfies Partial<Attack>;
const malformed = {verdict: `failed`, findings: [`attestation-malformed`], statuses: [`verified`, `invalid`, `invalid`]} satisfies Partial<Attack>;
const unavailable = {verdict: `incomplete`, findings: [`attestation-unavailable`], statuses: [`verified`, `unavailable`, `unavailable`]} satisfies Partial<Attack>;

describeAttacks(`attestations that are advertised, and then`, {code: 1}, [
  {name: `answered-with-404`, make: answering({status: 404, body: {error: `Not found`}}), ...missing},
  {name: `answered-with-400`, make: answering({status: 400, body: {error: `Bad request`}}), ...missing},
  {name: `an-empty-list`, make: answering({body: {attestations: []}}), ...missing},
  {
    name: `a-list-without-the-promised-provenance`,
    make: ({registry}, name) => {
      registry.add({name, version, provenance: true});
      registry.tamperAttestations(name, version, list => list.slice(0, 1));
    },
    verdict: `failed`, findings: [`attestation-missing`], statuses: [`verified`, `verified`, `missing`],
  },
  {
    name: `a-list-with-another-provenance-than-promised`,
    make: ({registry}, name) => {
      const published = registry.add({name, version, provenance: true});
      published.attestations.push(registry.attest(published, {predicateType: `https://example.org/review/v1`}));
      registry.tamperAttestations(name, version, (list: Array<any>) => list.filter(({predicateType}) => predicateType !== SLSA_V1));
    },
    verdict: `failed`, findings: [`attestation-unsupported`, `attestation-missing`], statuses: [`verified`, `verified`, `unsupported`],
  },
  {name: `html`, make: answering(answers.html()), ...malformed},
  {name: `no-json`, make: answering({body: `{"attestations": [`}), ...malformed},
  {name: `another-json`, make: answering({body: {attestations: {}}}), ...malformed},
  {name: `null`, make: answering({body: `null`}), ...malformed},
  {name: `a-bundle-that-is-a-text`, make: answering({body: {attestations: [{predicateType: SLSA_V1, bundle: `{}`}]}}), ...malformed},
  {name: `hundreds-of-attestations`, make: answering({body: {attestations: Array.from({length: 300}, () => ({predicateType: SLSA_V1, bundle: {}}))}}), ...malformed},
  {name: `nested-very-deep`, make: answering({body: `{"attestations": ${`[`.repeat(200_000)}${`]`.repeat(200_000)}}`}), ...malformed},
]);

describeAttacks(`attestations that cannot be had`, {code: 2}, [
  {name: `answered-with-500`, make: answering({status: 500, body: `{}`}), ...unavailable},
  {name: `answered-with-401`, make: answering({status: 401, body: `{}`}), ...unavailable},
  {name: `answered-with-429`, make: answering({status: 429, body: `{}`}), ...unavailable},
  {name: `connection-reset`, make: answering(answers.reset()), ...unavailable},
  {name: `cut-off`, make: answering(answers.cutOff(`{"attestations": []}`)), ...unavailable},
  {name: `a-hundred-megabytes`, make: answering(answers.huge(100 * 1024 * 1024)), ...unavailable},
  {name: `redirected-for-ever`, make: answering((_, name) => answers.redirect(getPath(name))), ...unavailable},
  {name: `redirected-to-a-file`, make: answering(answers.redirect(`file:///etc/passwd`)), ...unavailable},
]);

// What never answers is given up after a while: long enough for everything else.
describeAttacks(`attestations that never come`, {code: 2, run: {yarnrc: {httpTimeout: 5000}}}, [
  {name: `silence`, make: answering(answers.silence()), ...unavailable},
]);

describeAttacks(`attestations that are said to be elsewhere`, {code: 0, after: lab => {
  const paths = lab.registry.server.requests.map(({path}) => path).filter(path => path.includes(`attestations`));
  expect(paths.every(path => path.startsWith(`/-/npm/v1/attestations/`) && !path.includes(`mallory`))).toBe(true);
}}, [
  ...Object.entries({
    'in-another-folder': (lab: Lab) => `${lab.registry.url}/mallory/-/npm/v1/attestations/x@1.0.0`,
    'of-another-package': (lab: Lab) => `${lab.registry.url}${getPath(`mallory`)}`,
    'in-a-file': () => `file:///etc/passwd`,
    'in-no-url': () => `mallory`,
    'in-an-empty-url': () => ``,
    'above-the-endpoint': (lab: Lab) => `${lab.registry.url}/-/npm/v1/attestations/../../../mallory`,
  }).map(([name, getUrl]): Attack => ({
    name,
    make: (lab, name) => {
      lab.registry.add({name, version, provenance: true});
      lab.registry.tamper(name, version, document => void (document.dist.attestations.url = getUrl(lab)));
    },
    ...unharmed,
  })),
]);

describe(`other hosts`, () => {
  let lab: Lab;
  let stranger: LabRegistry;

  beforeAll(async () => {
    lab = await startLab({authorization: `Bearer ${token}`});
    stranger = await lab.addRegistry();
    lab.registry.add({name: `a`, version, provenance: true});
  });

  afterAll(() => lab.stop());

  const audit = async () => {
    stranger.server.forgetRequests();
    const {code, packages} = await auditProject(lab, {dependencies: {a: version}, yarnrc: {npmAlwaysAuth: true, npmAuthToken: token}});
    return {code, pkg: packages.get(`a@npm:${version}`)!};
  };

  it(`should never be asked because a document names them`, async () => {
    const {length} = lab.registry.server.requests;
    lab.registry.tamper(`a`, version, document => void (document.dist.attestations.url = document.dist.attestations.url.replace(lab.registry.url, stranger.url)));
    lab.registry.tamper(`a`, version, document => void (document.dist.tarball = `${stranger.url}/a.tgz`));

    const {code, pkg} = await audit();
    expect(code).toBe(0);
    expect(describePackage(pkg)).toEqual(unharmed);
    expect(stranger.server.requests).toEqual([]);

    const asked = lab.registry.server.requests.slice(length);
    expect(asked.map(({path}) => path).sort()).toEqual([getPath(`a`), `/a/1.0.0`]);
    expect(asked.every(({headers}) => headers.authorization === `Bearer ${token}`)).toBe(true);
  });

  it.each([`document`, `attestations`])(`should get no credentials with a redirected %s`, async question => {
    const path = question === `document` ? `/a/${version}` : getPath(`a`);
    const mirrored = stranger.override(path, async () => ({body: question === `document` ? lab.registry.getVersionDocument(`a`, version)! : {attestations: lab.registry.getAttestations(`a`, version)!}}));
    const redirected = lab.registry.override(path, answers.redirect(`http://user:password@${stranger.server.host}${path}`));

    const {code, pkg} = await audit();
    mirrored();
    redirected();

    // Whoever answers: what is signed is signed.
    expect(code).toBe(0);
    expect(describePackage(pkg)).toEqual(unharmed);
    expect(stranger.server.requests.map(({path, headers}) => ({path, authorization: headers.authorization, cookie: headers.cookie}))).toEqual([{path}]);
    expect(JSON.stringify(stranger.server.requests)).not.toContain(token);
  });
});
