import {Configuration, MessageName, ReportError, structUtils} from '@yarnpkg/core';
import type {Ident, Locator, Project}                         from '@yarnpkg/core';
import {ppath}                                                from '@yarnpkg/fslib';

import type {ArchiveAudit}                                    from '../archives/auditArchive';
import {concludeRow, profileRegistries}                       from '../concludeRow';
import type {Finding}                                         from '../findings';
import {makeLonePackage}                                      from '../inventory/lonePackage';
import {getOutcome}                                           from '../policy/exitCode';
import {holdsToEvidence}                                      from '../policy/judgePackage';
import {applySeverities}                                      from '../policy/severities';
import {readPolicy}                                           from '../readPolicy';
import {checkTarballIntegrity}                                from '../verification/tarballIntegrity';
import {openEvidence, verifyRow}                              from '../verifyRow';
import type {Row}                                             from '../verifyRow';

import {isAdvertised}                                         from './advertisedEvidence';
import {describeFindings, makeRefusal}                        from './gateReport';
import {recallHistory}                                        from './historyMemory';
import {getProcessState}                                      from './processState';
import {makeRegistryMemory}                                   from './registryMemory';

/** The gate of one installation. */
export type GateSession = {
  /**
   * Verifies one package while its bytes are on their way (`sha512`: theirs, in lower-case hex).
   * @throws ReportError when the setting is `error` and the package is not what it should be, or could not be checked
   */
  check: (locator: Locator, download: Promise<{sha512: string}>) => Promise<void>;
  /** With `warn`: what there is to say at the end of the installation, one text for each package. */
  warnings: Array<string>;
};

/** @throws ReportError, UsageError where there is no trust to start from: then nothing gets in */
export async function openGate(project: Project): Promise<GateSession> {
  const configuration = await findSettings(project);
  const refuses = project.configuration.get(`npmAttestationGate`) === `error`;

  const readers = new Map<string, Ident>();
  const policy = await readPolicy(configuration, {strict: false, now: new Date()});

  const {context, ...evidence} = openEvidence({
    configuration,
    readers,
    mode: configuration.get(`enableOfflineMode`) ? `offline` : `normal`,
    policy,
    includeBundles: false,
    recallHistory: pkg => recallHistory(project.configuration, pkg),
  });

  const trust = await evidence.trust;
  const runFindings = applySeverities(trust.observations, policy);
  const memory = makeRegistryMemory(pkg => verifyRow(pkg, context), {
    isSparable: ({name, locator, source}) => !holdsToEvidence(name, policy) && !(source.type === `npm` && isAdvertised({registry: source.registry, ident: locator})),
  });
  const warnings: Array<string> = [];

  const judge = (row: Row, sha512: string): Array<Finding> => {
    const tarball = row.type === `npm` ? row.tarball : null;
    const mismatch = tarball !== null ? checkTarballIntegrity(tarball, sha512) : null;
    const archive: ArchiveAudit = {result: {status: `skipped`}, observations: mismatch !== null ? [mismatch] : []};

    // What other packages got from the same registry plays no part, lest the
    // order of downloads decide.
    return [...runFindings, ...concludeRow(row, profileRegistries([row]), archive, policy).findings];
  };

  const check: GateSession[`check`] = async (locator, download) => {
    const pkg = makeLonePackage(locator, {configuration, exclude: configuration.get(`npmAuditAttestationsExcludePackages`)});
    if (pkg.source.type === `npm` && !readers.has(pkg.source.registry))
      readers.set(pkg.source.registry, locator);

    const [row, {sha512}] = await Promise.all([memory.verify(pkg), download]);
    const findings = judge(row, sha512);
    if (getOutcome(findings) === `passed`)
      return;

    if (refuses)
      throw makeRefusal(findings);

    warnings.push(`${structUtils.prettyLocator(project.configuration, locator)}: ${describeFindings(findings)}`);
  };

  return {check, warnings};
}

/**
 * The settings that count: `yarn dlx` copies those of the project that it was
 * started from into a temporary folder, where relative paths lead nowhere.
 */
async function findSettings({configuration, cwd}: Project): Promise<Configuration> {
  const origin = getProcessState().dlxOrigin.getStore();
  if (typeof origin !== `undefined`)
    return await Configuration.find(origin.cwd, origin.plugins);

  if (/^dlx-\d+$/.test(ppath.basename(cwd)))
    throw new ReportError(MessageName.UNNAMED, `The project that this was started from cannot be found, and with it the files that its settings name; npmAttestationGate can't be kept here`);

  return configuration;
}
