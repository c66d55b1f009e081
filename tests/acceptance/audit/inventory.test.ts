import {rm}                                                        from 'node:fs/promises';
import path                                                        from 'node:path';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';

import {startLab, type Lab}                                        from '../../lab/lab';
import {getIds, runAudit, type Audit}                              from '../../support/auditProject';
import {prepareEverySource, type EverySource}                      from '../../support/everySource';
import type {TestProject}                                          from '../../support/makeProject';
import {snapshotTree}                                              from '../../support/snapshotTree';

let lab: Lab;
let sources: EverySource;

beforeAll(async () => {
  lab = await startLab();
  sources = await prepareEverySource(lab);
});

afterAll(async () => {
  await sources.remove();
  await lab.stop();
});

const verified = {verdict: `verified`, direct: true, patched: false};
const unverifiable = {verdict: `unverifiable`, direct: true, patched: false, registry: null, workspaces: [`root`]};

/** By ident and version: where a locator says more than those, it holds paths, ports and hashes. */
function expectEverything({code, packages, findings, summary}: Audit) {
  expect(code).toBe(0);
  expect(findings).toEqual([]);
  expect(summary).toMatchObject({packages: 12, outOfScope: 0, verdicts: {verified: 7, unverifiable: 5}});

  const byName = new Map(Array.from(packages.values(), pkg => [`${pkg.name}@${pkg.version}`, pkg]));
  const registry = lab.registry.url;

  // One row, however many virtual instances.
  expect(byName.get(`@scope/peer-user@1.0.0`)).toMatchObject({...verified, registry, workspaces: [`a`, `b`], provenance: {status: `verified`}});
  expect(byName.get(`leaf@1.0.0`)).toMatchObject({...verified, registry, workspaces: [`a`, `b`]});
  expect(byName.get(`leaf@2.0.0`)).toMatchObject({...verified, registry});
  expect(byName.get(`direct@1.0.0`)).toMatchObject({...verified, registry, workspaces: [`a`]});
  expect(byName.get(`foreign@1.0.0`)).toMatchObject({...verified, registry, direct: false, workspaces: [`a`]});
  expect(byName.get(`archived@1.0.0`)).toMatchObject({...verified, locator: `archived@npm:1.0.0`});
  expect(byName.get(`patched@1.0.0`)).toMatchObject({...verified, locator: `patched@npm:1.0.0`, patched: true});

  const found = Array.from(packages.values()).filter(pkg => pkg.registry === null).map(({name, findings: [finding], ...pkg}) => {
    expect(pkg).toMatchObject(unverifiable);
    expect(finding).toMatchObject({id: `unverifiable-source`, severity: `info`});
    return [name, finding!.found];
  });

  expect(found).toEqual([[`from-file`, `file`], [`from-git`, `git`], [`from-http`, `http`], [`from-link`, `link`], [`from-portal`, `portal`]]);
}

async function makeInstalledProject(yarnrc: Record<string, unknown>): Promise<TestProject> {
  const project = await sources.makeProject(yarnrc);
  onTestFinished(project.remove);

  await project.install();
  return project;
}

/** Leaves only what somebody would have committed. */
async function cloneProject(project: TestProject, uncommitted: Array<string>) {
  for (const name of [`.pnp.cjs`, `.pnp.loader.mjs`, `node_modules`, `.yarn/install-state.gz`, `.yarn/unplugged`, ...uncommitted])
    await rm(path.join(project.cwd, name), {recursive: true, force: true});

  // Neither caches nor evidence of that machine come along.
  await rm(path.join(project.home, `.yarn`), {recursive: true});
}

describe(`Installed projects`, () => {
  it.each([`pnp`, `pnpm`, `node-modules`])(`should be read the same with the %s linker, and left as they are`, async nodeLinker => {
    const project = await makeInstalledProject({nodeLinker});
    const before = await snapshotTree(project.cwd);

    expectEverything(await runAudit(project));
    expect(await snapshotTree(project.cwd)).toEqual(before);
  });

  it(`should be read from any folder of theirs`, async () => {
    const project = await makeInstalledProject({nodeLinker: `pnp`});
    expectEverything(await runAudit(project, {cwd: path.join(project.cwd, `packages/a`)}));
  });

  it(`should be read with a committed cache, and without an installation`, async () => {
    const project = await makeInstalledProject({nodeLinker: `pnp`, enableGlobalCache: false});
    await cloneProject(project, []);
    const before = await snapshotTree(project.cwd);
    expect([...before.keys()]).toContainEqual(expect.stringMatching(/^\.yarn\/cache\/leaf-npm-2\.0\.0-.*\.zip$/));

    expectEverything(await runAudit(project));
    expect(await snapshotTree(project.cwd)).toEqual(before);
  });

  it(`should be read from a lockfile alone`, async () => {
    const project = await makeInstalledProject({nodeLinker: `pnp`});
    await cloneProject(project, [`.yarn/cache`]);
    const before = await snapshotTree(project.cwd);

    expectEverything(await runAudit(project, {args: [`--no-archives`]}));
    expect(await snapshotTree(project.cwd)).toEqual(before);
  });
});

describe(`Without a network`, () => {
  it.each([
    [`enableNetwork: false`, {env: {YARN_ENABLE_NETWORK: `0`}}],
    [`--offline`, {args: [`--offline`]}],
  ])(`should believe the evidence of earlier runs alone: %s`, async (_, options) => {
    const project = await makeInstalledProject({nodeLinker: `pnp`});
    const online = await runAudit(project);

    const forget = () => lab.servers.forEach(server => server.forgetRequests());
    const countRequests = () => lab.servers.flatMap(({requests}) => requests).length;

    forget();
    const offline = await runAudit(project, options);
    expectEverything(offline);
    expect(offline.header!.trust.source).toBe(`cache`);
    expect(Array.from(offline.packages.values(), ({evidence}) => evidence?.fetchedAt)).toEqual(Array.from(online.packages.values(), ({evidence}) => evidence?.fetchedAt));

    // The trust stays, the evidence goes.
    const folder = path.join(project.home, `.yarn/global/attestations`);
    await rm(path.join(folder, `evidence`), {recursive: true});

    const without = await runAudit(project, options);
    expect(without.code).toBe(2);
    expect(without.summary!.verdicts).toMatchObject({verified: 0, failed: 0, incomplete: 7, unverifiable: 5});
    expect(getIds(without.packages.get(`leaf@npm:1.0.0`)!)).toEqual([`registry-unreachable`]);
    expect(countRequests()).toBe(0);
  });
});
