import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../../lab/lab';
import {RegistryKey}                               from '../../lab/registryKey';
import {makeAuditProject, type AuditProject}       from '../../support/auditProject';
import {hostileTexts, listUnsafe}                  from '../../support/hostileTexts';

const version = `1.0.0`;

/** Every text of a registry, a publisher or a CI that the audit reads and may show. */
const fields: Record<string, (lab: Lab, name: string, text: string) => void> = {
  keyid: ({registry}, name, text) => {
    registry.add({name, version, signedBy: [new RegistryKey({keyid: `SHA256:${text}`})]});
  },
  integrity: ({registry}, name, text) => {
    registry.add({name, version});
    registry.tamper(name, version, document => void (document.dist.integrity += text));
  },
  repository: ({registry}, name, text) => {
    registry.add({name, version, manifest: {repository: `https://github.com/acme/other${text}`}, provenance: true});
  },
  'attestation url': ({registry}, name, text) => {
    registry.add({name, version, provenance: true});
    registry.tamper(name, version, document => void (document.dist.attestations.url += text));
  },
  'promised type': ({registry}, name, text) => {
    registry.add({name, version, provenance: true});
    registry.tamper(name, version, document => void (document.dist.attestations.provenance.predicateType += text));
  },
  'declared type': ({registry}, name, text) => {
    registry.add({name, version, provenance: {predicateType: `https://example.org/${text}`}});
  },
  'media type': ({registry}, name, text) => {
    registry.add({name, version, provenance: {bundle: bundle => ({...bundle, mediaType: `${bundle.mediaType}${text}`})}});
  },
  base64: ({registry}, name, text) => {
    registry.add({name, version, provenance: {bundle: bundle => ({...bundle, dsseEnvelope: {...bundle.dsseEnvelope, payload: text}})}});
  },
  checkpoint: ({registry}, name, text) => {
    registry.add({name, version, provenance: {bundle: bundle => {
      bundle.verificationMaterial.tlogEntries[0].inclusionProof.checkpoint.envelope += text;
      bundle.verificationMaterial.tlogEntries[0].logIndex += text;
      return bundle;
    }}});
  },
  subject: ({registry}, name, text) => {
    registry.add({name, version, provenance: {statement: statement => ({...statement, subject: [{name: `pkg:npm/${text}`, digest: {sha512: text}}]})}});
  },
  'signed type': ({registry}, name, text) => {
    registry.add({name, version, provenance: {statement: statement => ({...statement, predicateType: `https://example.org/${text}`})}});
  },
  'publish predicate': ({registry}, name, text) => {
    registry.add({name, version, provenance: true, publishAttestation: {statement: statement => ({...statement, predicate: {name: text, version: text, registry: text}})}});
  },
  'workflow and ref': ({registry}, name, text) => {
    registry.add({name, version, provenance: {claims: {ref: `refs/tags/${text}`, job_workflow_ref: `acme/widgets/.github/workflows/${text}.yml@refs/tags/${text}`, event_name: text, run_id: text, runner_environment: text}}});
  },
  statement: ({registry}, name, text) => {
    registry.add({name, version, provenance: {statement: statement => {
      statement.predicate.buildDefinition.externalParameters.workflow.path = text;
      statement.predicate.runDetails.builder.id = text;
      return statement;
    }}});
  },
  issuer: ({registry}, name, text) => {
    registry.add({name, version, provenance: {email: {address: `mallory@example.org${text.replaceAll(/[^\x20-\x7e]/gu, ``)}`, issuer: `https://${text}`}}});
  },
};

/** Several at once, as far as a terminal shows them before the text is cut. */
const texts = Array.from({length: 5}, (_, group) => Object.values(hostileTexts).filter((_, index) => index % 5 === group).join(``));
const cases = Object.entries(fields).flatMap(([field, make]) => texts.map(text => ({field, text, make})));

describe(`unsafe characters`, () => {
  let lab: Lab;
  let project: AuditProject;

  beforeAll(async () => {
    lab = await startLab();
    for (const [index, {make, text}] of cases.entries())
      make(lab, `p${index}`, text);

    project = await makeAuditProject(lab, {dependencies: Object.fromEntries(cases.map((_, index) => [`p${index}`, version]))});
  });

  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it(`should reach no line of the JSON output, bundles included, and change no text`, async () => {
    // `audit` looks at every line.
    const {packages, code} = await project.audit({args: [`--include-attestations`]});
    expect(packages.size).toBe(cases.length);
    expect(code).toBe(1);

    for (const [index, {field, text}] of cases.entries()) {
      const {signature, bundles} = packages.get(`p${index}@npm:1.0.0`)!;

      if (field === `keyid`)
        expect(signature.keyid).toBe(`SHA256:${text}`);
      if (field === `declared type`) {
        expect(bundles).toMatchObject([{}, {predicateType: `https://example.org/${text}`}]);
      }
    }
  });

  it.each([[], [`--verbose`]])(`should not reach the terminal, with %j`, async (...args) => {
    const {code, stdout, stderr} = await project.yarn([`npm`, `audit-attestations`, `--no-archives`, ...args]);

    expect(code).toBe(1);
    expect(stderr).toBe(``);
    expect(listUnsafe(stdout.replaceAll(`\n`, ``))).toEqual([]);

    // No text begins a line of its own.
    expect(stdout).not.toMatch(/^(?:Passed|➤)/m);
    expect(stdout.split(`\n`).filter(line => line.includes(`Passed: 1 package`)).every(line => /^[│├└ ]/.test(line))).toBe(true);
  });

  it.each([[], [`--json`]])(`should not reach the errors of the command, with %j`, async (...args) => {
    const everything = Object.values(hostileTexts).join(``).replaceAll(/[\0\n\r\u2028\u2029]/g, ``);
    const hostile = await makeAuditProject(lab, {lockfile: {'p@npm:1': {resolution: `p@npm:${everything}`, version}}});

    for (const {project: {yarn}, pattern} of [{project: hostile, pattern: `p`}, {project, pattern: everything}]) {
      const {code, stdout, stderr} = await yarn([`npm`, `audit-attestations`, `--no-archives`, ...args, pattern]);

      expect([code, stderr]).toEqual([1, ``]);
      expect(stdout).toContain(`gnp.js`);
      expect(listUnsafe(stdout.replaceAll(`\n`, ``))).toEqual([]);
      expect(stdout.trim().split(`\n`)).toHaveLength(1);
    }

    await hostile.remove();
  });

  it.each([[], [`--json`]])(`should not reach what is said of the trust that is missing, with %j`, async (...args) => {
    const everything = Object.values(hostileTexts).join(``);
    const timestamp = {_type: `timestamp`, spec_version: `1.0.0`, version: 1, expires: `2099-01-01T00:00:00Z`, meta: {}};

    const mirrors = [{...timestamp, _type: everything}, {...timestamp, spec_version: everything}, {...timestamp, [everything]: everything}];
    const file = {yarnrc: {npmSigstoreTrustedRoot: `./bad.json`}, files: {'bad.json': everything}};

    for (const {signed, options} of [...mirrors.map(signed => ({signed, options: {}})), {signed: timestamp, options: file}]) {
      const restore = lab.tufServer.override(/timestamp\.json/, {body: {signatures: [], signed}});
      const {yarn, remove} = await makeAuditProject(lab, {dependencies: {p0: version}, ...options});
      const {code, stdout, stderr} = await yarn([`npm`, `audit-attestations`, ...args]);
      restore();

      expect([code, stderr]).toEqual([1, ``]);
      expect(stdout).toContain(`npmSigstore`);
      expect(stdout).not.toMatch(/^(?:Passed|➤ YN0000: Passed)/m);
      expect(listUnsafe(stdout.replaceAll(`\n`, ``))).toEqual([]);
      await remove();
    }
  });
});
