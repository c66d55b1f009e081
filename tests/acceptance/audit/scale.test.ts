import {readFile}                   from 'node:fs/promises';
import path                         from 'node:path';
import {expect, it, onTestFinished} from 'vitest';

import {startLab}                   from '../../lab/lab';
import {makeAuditProject}           from '../../support/auditProject';

const COUNT = 1300;
const ATTESTED = 130;
const version = `1.0.0`;

/** The heap, in megabytes: Yarn and the plugin are half of it, the documents of all packages would not fit. */
const MAX_HEAP = 128;

/** The whole process, in kilobytes; how much of what is not needed any more it still holds differs from machine to machine. */
const MAX_MEMORY = 500 * 1024;

/** What makes the documents as big as real ones. */
const README = `A line of a long description.\n`.repeat(2000);

it(`A lockfile of 1300 packages should be audited in one run, with bounded memory and no superfluous request`, async () => {
  const lab = await startLab();
  onTestFinished(lab.stop);

  const names = Array.from({length: COUNT}, (_, index) => `package-${index}`);
  for (const [index, name] of names.entries())
    lab.registry.add({name, version, manifest: {readme: README}, provenance: index < ATTESTED ? true : undefined});

  const project = await makeAuditProject(lab, {dependencies: Object.fromEntries(names.map(name => [name, version]))});
  onTestFinished(project.remove);

  const memoryReport = path.join(project.home, `memory`);
  const env = {
    NODE_OPTIONS: `--max-old-space-size=${MAX_HEAP} --require ${JSON.stringify(path.resolve(__dirname, `../../support/reportMemory.cjs`))}`,
    LAB_MEMORY_REPORT: memoryReport,
  };

  lab.tufServer.forgetRequests();
  const first = await project.audit({env});

  expect(first.code).toBe(0);
  expect(first.summary).toMatchObject({
    outcome: `passed`,
    packages: COUNT,
    verdicts: {verified: COUNT},
    signatures: {verified: COUNT},
    publish: {verified: ATTESTED, missing: COUNT - ATTESTED},
    provenance: {verified: ATTESTED, missing: COUNT - ATTESTED},
  });

  // One small document for each, the attestations of those that have some, and the trust.
  expect(lab.registry.server.requests).toHaveLength(COUNT + ATTESTED);
  expect(lab.tufServer.requests.length).toBeLessThan(10);
  expect(first.summary).toMatchObject({requests: COUNT + ATTESTED + lab.tufServer.requests.length});
  expect(first.summary!.bytes).toBeGreaterThan(COUNT * README.length / 100);

  expect(Number(await readFile(memoryReport, `utf8`))).toBeLessThan(MAX_MEMORY);

  // All of it is in the store by then.
  lab.registry.server.forgetRequests();
  const second = await project.audit({env});

  expect(second.summary).toMatchObject({outcome: `passed`, verdicts: {verified: COUNT}});
  expect(lab.registry.server.requests).toEqual([]);
  expect(Number(await readFile(memoryReport, `utf8`))).toBeLessThan(MAX_MEMORY);
});
