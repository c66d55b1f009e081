import {MessageName, ReportError}            from '@yarnpkg/core';
import type {Configuration}                  from '@yarnpkg/core';
import type {PortablePath}                   from '@yarnpkg/fslib';

import {getEvidenceFolder}                   from '../evidence/evidenceStore';
import type {HttpClient}                     from '../network/types';
import {makePrintable}                       from '../reports/sanitise';
import {loadSigstoreTrust}                   from '../trust/sigstoreTrust';
import {makeBundleVerifier}                  from '../verification/attestationBundle';
import type {BundleVerifier}                 from '../verification/attestationBundle';

import type {Environment}                    from './ciEnvironment';
import {decide}                              from './decision';
import type {Authentication}                 from './decision';
import {findDowngrade, getDowngradeSeverity} from './downgrade';
import {makeInquiries}                       from './inquiries';
import type {Inquiries}                      from './inquiries';
import {getLogEntry}                         from './logEntry';
import {findProblems}                        from './preflight';
import {readProvenanceFile}                  from './provenanceFile';
import type {ProvenanceWish}                 from './provenanceWish';
import {attachBundle, readDocument}          from './publishDocument';
import type {UploadBody}                     from './publishDocument';
import type {LogEntry, PublishReport}        from './publishReport';
import {makeRefusal}                         from './refusal';
import {prepareSignedProvenance}             from './signedProvenance';

/** An upload that is about to be sent, or would be if this were no dry run. */
export type Upload = {
  body: UploadBody;
  /** URL, no trailing slash. */
  registry: string;
  /** The `authorization` header. */
  authorization: string | null;
  authentication: Authentication;
};

type PublishContext = {
  configuration: Configuration;
  http: HttpClient;
  env: Environment;
  /** An existing bundle to attach instead of signing. */
  provenanceFile: PortablePath | null;
  /** Issuers of identities that the project's policies accept for a package, beside the known CIs. */
  getAcceptedIssuers: (name: string) => ReadonlySet<string>;
  dryRun: boolean;
  now: Date;
  report: PublishReport;
};

export type PublishOutcome = {
  /** Whether the upload carries provenance, or would. */
  enabled: boolean;
  /** The entry that this publish has made in the transparency log. */
  newEntry: LogEntry | null;
};

/**
 * The way of one upload: it is decided whether it gets provenance, everything
 * that would make the registry refuse is looked for, and only then a statement
 * is signed, verified and attached. Whatever fails fails before the upload.
 */
export async function publishWithProvenance(wish: ProvenanceWish, {body, registry, authorization, authentication}: Upload, context: PublishContext): Promise<PublishOutcome> {
  const {configuration, http, env, provenanceFile, dryRun, report} = context;

  const document = readDocument(body);
  const inquiries = makeInquiries(document.name, {env, http, registry: {http, registry, authorization}});

  const decision = await decide(wish, authentication, inquiries);
  await report.reportDecision(decision);

  if (!decision.enabled) {
    await checkDowngrade(inquiries, context);
    return {enabled: false, newEntry: null};
  }

  const acceptedIssuers = context.getAcceptedIssuers(document.name);
  const trust = {verifyBundle: await loadVerifier(context), acceptedIssuers};

  const source = provenanceFile !== null
    ? await readProvenanceFile(provenanceFile, document, trust)
    : await prepareSignedProvenance(document, {configuration, http, env, inquiries, trust});

  const problems = [...source.problems, ...findProblems({
    document,
    registry: await getRegistryState(inquiries, document.access),
    build: source.summary,
    acceptedIssuers,
  })];

  if (problems.length > 0)
    throw makeRefusal(problems, decision);

  await report.reportStatement(source.summary!, {dryRun});
  if (dryRun)
    return {enabled: true, newEntry: null};

  const bundle = await source.makeBundle();
  const entry = getLogEntry(bundle.logIndex, configuration);
  await report.reportBundle(entry, bundle);

  attachBundle(body, document, bundle);
  return {enabled: true, newEntry: bundle.isNew ? entry : null};
}

/** The visibility matters only where the document leaves the access open. */
async function getRegistryState(inquiries: Inquiries, access: string | null) {
  const [versions, visibility] = await Promise.all([
    inquiries.versions(),
    access === `public` || access === `restricted` ? {status: access === `public` ? `public` : `not-public`} as const : inquiries.visibility(),
  ]);

  return {versions, visibility};
}

async function checkDowngrade(inquiries: Inquiries, {configuration, report}: PublishContext): Promise<void> {
  const severity = getDowngradeSeverity(configuration);
  const finding = severity === `off` ? null : findDowngrade(await inquiries.versions(), severity);
  if (finding === null)
    return;

  await report.reportFinding(finding);
  if (finding.severity === `error`) {
    throw new ReportError(MessageName.UNNAMED, `Publishing without provenance is refused (npmAttestationSeverities: ${finding.id}); nothing was uploaded`);
  }
}

/** Trust is needed to verify what was signed, so it has to be there before anything is signed. */
async function loadVerifier({configuration, http, now, report}: PublishContext): Promise<BundleVerifier> {
  const trust = await loadSigstoreTrust({configuration, http, folder: getEvidenceFolder(configuration), now});

  for (const {id, message, found, hint} of trust.observations) {
    const text = [`${message}${found ? ` (${found})` : ``}`, hint].filter(part => part).join(`. `);
    if (id === `trust-invalid`)
      throw new ReportError(MessageName.UNNAMED, `${makePrintable(text)}. Nothing was signed or uploaded.`);

    await report.reportWarning(text);
  }

  return makeBundleVerifier(trust);
}
