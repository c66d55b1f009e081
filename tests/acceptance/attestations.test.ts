import {readFile, readdir}                         from 'node:fs/promises';
import path                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../lab/lab';
import {makeAuditProject, type AuditProject}       from '../support/auditProject';
import {getDefaultRegistry}                        from '../support/defaultRegistry';
import {startHttpsProxy, type HttpsProxy}          from '../support/httpsProxy';
import type {TestProject}                          from '../support/makeProject';
import {hasRealEvidence}                           from '../support/optionalTests';
import {readEvidenceFolder}                        from '../support/realEvidence';
import type {RealPackage}                          from '../support/realEvidence';
import {makeRealProject}                           from '../support/realProject';
import {validateClosed}                            from '../support/recordSchema';
import {ReplayRegistry}                            from '../support/replayRegistry';

const inspect = async (project: TestProject, ...args: Array<string>) => {
  const {code, stdout} = await project.yarn([`npm`, `attestations`, ...args]);
  return {code, stdout, record: args.includes(`--json`) ? JSON.parse(stdout) : null};
};

describe.runIf(hasRealEvidence)(`yarn npm attestations, on real packages`, () => {
  let registry: ReplayRegistry;
  let proxy: HttpsProxy;
  let project: TestProject;

  beforeAll(async () => {
    registry = await ReplayRegistry.start();
    proxy = await startHttpsProxy(new URL(getDefaultRegistry()).host, registry.server.url);
    project = await makeRealProject(proxy);
  });

  afterAll(async () => {
    await project.remove();
    await proxy.stop();
    await registry.server.stop();
  });

  it.each(hasRealEvidence ? readEvidenceFolder<RealPackage>(`packages`) : [])(`it should show source, commit and run of $name@$version`, async ({name, version, expect: {certificate}}) => {
    const {record} = await inspect(project, `${name}@${version}`, `--json`);

    expect(record).toMatchObject({
      type: `package`,
      locator: `${name}@npm:${version}`,
      provenance: {
        status: `verified`,
        sourceRepository: certificate.sourceRepository,
        sourceCommit: certificate.sourceDigest,
        ...certificate.invocation ? {run: certificate.invocation} : {},
      },
    });
  });

  it(`it should show them to people, too`, async () => {
    const [{name, version, expect: {certificate}}] = readEvidenceFolder<RealPackage>(`packages`) as [RealPackage];
    const {stdout} = await inspect(project, `${name}@${version}`);

    expect(stdout).toContain(`  Source: ${certificate.sourceRepository}\n`);
    expect(stdout).toContain(certificate.sourceDigest);
  });
});

describe(`yarn npm attestations`, () => {
  let lab: Lab;
  let project: AuditProject;

  beforeAll(async () => {
    lab = await startLab();
    lab.registry.add({name: `widget`, version: `1.0.0`});
    lab.registry.add({name: `widget`, version: `1.1.0`, provenance: {claims: {ref: `refs/tags/v1.1.0`}}});
    lab.registry.add({name: `widget`, version: `1.2.0`});
    lab.registry.add({name: `widget`, version: `2.0.0`, provenance: {claims: {repository: `acme/moved`}}});
    lab.registry.add({name: `unsigned`, version: `1.0.0`, signedBy: []});
    project = await makeAuditProject(lab);
  });

  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it(`it should take the latest release, and tell how its evidence developed`, async () => {
    const {code, record} = await inspect(project, `widget`, `--json`);

    expect(code).toEqual(0);
    expect(record.version).toEqual(`2.0.0`);
    expect(record.development).toMatchObject({releases: 4, advertised: 2, verified: 2, first: {version: `1.1.0`}, gaps: [`1.2.0`]});
    expect(record.development.changes).toEqual([expect.objectContaining({version: `2.0.0`, field: `sourceRepository`, to: `https://github.com/acme/moved`})]);
  });

  it(`it should show each fact to people once`, async () => {
    const {stdout} = await project.yarn([`npm`, `attestations`, `widget`]);
    const labels = Array.from(stdout.matchAll(/^ {2}([A-Z][^:]*):(?= |$)/gm), ([, label]) => label);

    expect(labels).toEqual([
      `Verdict`, `Registry`, `Published (unsigned)`, `Signature`, `Key`, `Publish attestation`, `Provenance`,
      `Source`, `Ref`, `Workflow`, `Trigger`, `Runner`, `Signer`, `Issuer`, `Commit`, `Run`,
      `First with provenance`, `Without provenance since`, `Repository changed with 2.0.0`,
    ]);
    expect(stdout).toContain(`\n  Signature: verified, key vouched for by TUF\n`);
  });

  it(`it should print records that the schema describes entirely`, async () => {
    for (const name of [`widget`, `widget@1.0.0`]) {
      const {record} = await inspect(project, name, `--json`);

      expect(Object.keys(record)).toEqual(expect.arrayContaining([`release`, `development`]));
      expect(validateClosed(record), JSON.stringify(validateClosed.errors)).toEqual(true);
    }
  });

  it(`it should print the findings of the run, too`, async () => {
    const {code, stdout} = await project.yarn([`npm`, `attestations`, `unsigned`, `--json`]);
    const records = stdout.trimEnd().split(`\n`).map(line => JSON.parse(line));

    expect(code).toEqual(1);
    expect(records.map(({type, id}) => id ?? type)).toEqual([`package`, `nothing-verified`]);
    for (const record of records) {
      expect(validateClosed(record), JSON.stringify(validateClosed.errors)).toEqual(true);
    }
  });

  it(`it should make no request with --offline, and tell what was stored before`, async () => {
    lab.registry.add({name: `stored`, version: `1.0.0`, provenance: true});
    const countRequests = () => lab.registry.server.requests.length + lab.tufServer.requests.length;

    const before = countRequests();
    const unknown = await inspect(project, `stored`, `--offline`, `--json`);
    expect(unknown).toMatchObject({code: 2, record: {type: `error`, data: expect.stringContaining(`offline`)}});
    expect(countRequests()).toEqual(before);

    const online = await inspect(project, `stored`, `--json`);
    const after = countRequests();
    const offline = await inspect(project, `stored`, `--offline`, `--json`);

    expect(countRequests()).toEqual(after);
    expect(offline.code).toEqual(0);
    expect(offline.record).toEqual({...online.record, evidence: {...online.record.evidence, from: `store`}, signature: offline.record.signature});
    expect(offline.record).toMatchObject({verdict: `verified`, signature: {status: `verified`}, provenance: {status: `verified`}});
  });

  it(`it should ask for the latest release each time`, async () => {
    lab.registry.add({name: `growing`, version: `1.0.0`});
    expect((await inspect(project, `growing`, `--json`)).record.version).toEqual(`1.0.0`);

    lab.registry.add({name: `growing`, version: `1.1.0`});
    expect((await inspect(project, `growing`, `--json`)).record.version).toEqual(`1.1.0`);
  });

  it.each([[`widget@^1.0.0`, `1.2.0`], [`widget@1.0.0`, `1.0.0`], [`widget@latest`, `2.0.0`]])(`it should resolve %s`, async (spec, version) => {
    expect((await inspect(project, spec, `--json`)).record.version).toEqual(version);
  });

  it(`it should fail for a package that an audit would fail for`, async () => {
    const {code, stdout} = await inspect(project, `unsigned`);
    expect(code).toEqual(1);
    expect(stdout).toContain(`signature-missing (error): unsigned@npm:1.0.0`);
  });

  it.each([`widget@9.9.9`, `nowhere`, `not a package`, `widget@nonsense tag`])(`it should refuse %s`, async spec => {
    expect(await inspect(project, spec, `--json`)).toMatchObject({code: 1, record: {type: `error`}});
  });

  it(`it should write the bundles for other tools`, async () => {
    const folder = path.join(project.cwd, `bundles`);
    await inspect(project, `widget@1.1.0`, `--bundle`, `bundles`);

    const files = await readdir(folder);
    expect(files.sort()).toEqual([`widget-1.1.0.1-publish.sigstore.json`, `widget-1.1.0.2-provenance.sigstore.json`, `widget-1.1.0.attestations.json`]);
    for (const file of files.slice(0, 2)) {
      expect(JSON.parse(await readFile(path.join(folder, file), `utf8`)).mediaType).toContain(`sigstore.bundle`);
    }
  });

  it(`it should ask for a bounded number of documents`, async () => {
    for (let patch = 0; patch < 40; patch++)
      lab.registry.add({name: `busy`, version: `1.0.${patch}`, provenance: true});

    const before = lab.registry.server.requests.length;
    const {record} = await inspect(project, `busy@1.0.7`, `--json`);

    expect(record.development).toMatchObject({releases: 40, advertised: 40, verified: 21});
    expect(lab.registry.server.requests.length - before).toBeLessThanOrEqual(1 + 2 * 21);
  });
});
