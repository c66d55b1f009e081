import {readFile, writeFile}                                from 'node:fs/promises';
import path                                                 from 'node:path';
import {afterAll, beforeAll, expect, it, onTestFinished}    from 'vitest';

import {startLab, type Lab}                                 from '../../lab/lab';
import {getIds, makeAuditProject, type AuditProjectOptions} from '../../support/auditProject';
import {yarnVersions}                                       from '../../support/yarn';

const hosts = [yarnVersions[0], yarnVersions.at(-1)!];

const PINS_FILE = `.yarn/attestations.yml`;
const RELEASE_WORKFLOW = `.github/workflows/release.yml`;

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  const {registry} = lab;

  registry.add({name: `widgets`, version: `1.0.0`, provenance: true});
  registry.add({name: `widgets`, version: `1.1.0`, provenance: {claims: {ref: `refs/tags/v1.1.0`}}});
  registry.add({name: `widgets`, version: `1.2.0`, provenance: {claims: {repository_id: `666`}}});
  registry.add({name: `widgets`, version: `1.3.0`, provenance: {claims: {workflow_ref: `acme/widgets/.github/workflows/x.yml@refs/tags/v1.0.0`}}});
  registry.add({name: `widgets`, version: `1.4.0`, provenance: {claims: {ref: `refs/heads/main`}}});
  registry.add({name: `widgets`, version: `1.5.0`});
  registry.add({name: `widgets`, version: `1.6.0`, provenance: {claims: {repository: `acme-corp/widgets`}}});
  registry.add({name: `widgets`, version: `2.0.0`, provenance: {kind: `gitlab`}});
  registry.add({name: `gizmos`, version: `1.0.0`, provenance: true});
  registry.add({name: `plain`, version: `1.0.0`});
});

afterAll(async () => {
  await lab.stop();
});

async function makePinnedProject(options: AuditProjectOptions, pins?: string) {
  const project = await makeAuditProject(lab, {...options, ...pins ? {files: {[PINS_FILE]: pins}} : {}});
  onTestFinished(project.remove);

  return {
    ...project,
    readPins: () => readFile(path.join(project.cwd, PINS_FILE), `utf8`),
    writePins: (text: string) => writeFile(path.join(project.cwd, PINS_FILE), text),
  };
}

const widgetsPin = `# Reviewed by Ann.
"widgets":
  # Moved here in 2020.
  - range: "*"
    sourceRepository: "https://github.com/acme/widgets"
    sourceRepositoryId: "4711"
    workflow: "${RELEASE_WORKFLOW}"
    issuer: "https://token.actions.githubusercontent.com"
    refClass: "tag"
`;

it.each(hosts)(`should pin what was verified, in Yarn %s`, async version => {
  const project = await makePinnedProject({dependencies: {widgets: `1.0.0`, plain: `1.0.0`}});

  const {code, stdout} = await project.yarn([`npm`, `audit-attestations`, `--no-archives`, `--pin`], {version});
  expect(code).toBe(0);
  expect(stdout).toContain(`+ widgets *: https://github.com/acme/widgets, id 4711`);

  const pins = await project.readPins();
  expect(pins).toContain(widgetsPin.split(`\n`).filter(line => !line.includes(`#`)).join(`\n`));
  expect(pins).not.toContain(`plain`);

  expect((await project.audit({version})).code).toBe(0);
  await project.yarn([`npm`, `audit-attestations`, `--no-archives`, `--pin`], {version});
  expect(await project.readPins()).toBe(pins);
});

it(`should pin two majors of two repositories`, async () => {
  const project = await makePinnedProject({dependencies: {widgets: `1.0.0`, gadgets: `npm:widgets@2.0.0`}});

  await project.audit({args: [`--pin`]});
  const pins = await project.readPins();

  expect(pins).toContain(`range: "<2.0.0-0"`);
  expect(pins).toContain(`range: ">=2.0.0-0"`);
  expect((await project.audit()).code).toBe(0);
});

it.each([
  [`1.1.0`, `another tag`, [], 0],
  [`1.2.0`, `another repository of the same name`, [`identity-changed`], 1],
  [`1.3.0`, `another workflow`, [`identity-changed`], 1],
  [`1.4.0`, `a branch`, [`identity-changed`], 1],
  [`1.5.0`, `no provenance`, [`identity-changed`], 1],
  [`1.6.0`, `a renamed repository`, [`identity-renamed`], 0],
  [`2.0.0`, `another CI`, [`identity-changed`], 1],
] as const)(`should hold %s, from %s, against the pin`, async (version, _, ids, code) => {
  const project = await makePinnedProject({dependencies: {widgets: version, plain: `1.0.0`}}, widgetsPin);
  const audit = await project.audit();

  expect(getIds(audit.packages.get(`widgets@npm:${version}`)!)).toEqual(ids);
  expect(audit.code).toBe(code);
});

it(`should replace a changed identity for named packages only, and keep comments`, async () => {
  const project = await makePinnedProject({dependencies: {widgets: `1.3.0`, plain: `1.0.0`}}, widgetsPin);

  expect((await project.audit({args: [`--pin`]})).code).toBe(1);
  expect(await project.readPins()).toBe(widgetsPin);

  const {code, stdout} = await project.yarn([`npm`, `audit-attestations`, `--no-archives`, `--pin`, `widgets`]);
  expect(code).toBe(0);
  expect(stdout).toContain(`- widgets *: https://github.com/acme/widgets, id 4711, ${RELEASE_WORKFLOW}`);
  expect(stdout).toContain(`+ widgets *: https://github.com/acme/widgets, id 4711, .github/workflows/x.yml`);

  expect(await project.readPins()).toBe(widgetsPin.replace(RELEASE_WORKFLOW, `.github/workflows/x.yml`));
  expect((await project.audit()).code).toBe(0);
});

it(`should pin nothing of a package that is in trouble`, async () => {
  const project = await makePinnedProject({
    dependencies: {widgets: `1.3.0`, plain: `1.0.0`},
    yarnrc: {npmAttestationPolicies: {widgets: {workflow: RELEASE_WORKFLOW}}},
  }, widgetsPin);

  expect((await project.audit({args: [`--pin`, `widgets`]})).code).toBe(1);
  expect(await project.readPins()).toBe(widgetsPin);
});

it.each([
  [`an accepted one`, {npmAttestationExceptions: [{package: `widgets`, finding: `policy-workflow`, reason: `Reviewed`}]}],
  [`one that is switched off`, {npmAttestationSeverities: {'policy-workflow': `off`}}],
])(`should not pin over a failure that fails no run: %s`, async (_, yarnrc) => {
  const project = await makePinnedProject({
    dependencies: {widgets: `1.3.0`, gizmos: `1.0.0`},
    yarnrc: {npmAttestationPolicies: {widgets: {workflow: RELEASE_WORKFLOW}}, ...yarnrc},
  });

  const audit = await project.audit({args: [`--pin`]});
  expect(audit.code).toBe(0);
  expect(audit.packages.get(`widgets@npm:1.3.0`)!.verdict).toBe(`failed`);

  const pins = await project.readPins();
  expect(pins).toContain(`"gizmos":`);
  expect(pins).not.toContain(`"widgets":`);
});

it(`should report what is not pinned where a team wants it`, async () => {
  const severities = {npmAttestationSeverities: {'identity-unpinned': `error`}};
  const project = await makePinnedProject({dependencies: {widgets: `1.0.0`, plain: `1.0.0`}, yarnrc: severities}, widgetsPin.replaceAll(`widgets"`, `gadgets"`));
  const audit = await project.audit();

  expect(audit.code).toBe(1);
  expect(getIds(audit.packages.get(`widgets@npm:1.0.0`)!)).toEqual([`identity-unpinned`]);
  expect(getIds(audit.packages.get(`plain@npm:1.0.0`)!)).toEqual([]);
});

it(`should not take a merge conflict for "no pins"`, async () => {
  const project = await makePinnedProject({dependencies: {widgets: `1.5.0`, plain: `1.0.0`}}, `<<<<<<< HEAD\n${widgetsPin}=======\n>>>>>>> other\n`);
  const audit = await project.audit();

  expect(audit.code).toBe(1);
  expect(audit.summary).toBeNull();
  expect(audit.errors.join()).toContain(`line 1: the file has merge conflicts`);
});
