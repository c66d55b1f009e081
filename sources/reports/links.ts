import type {Configuration} from '@yarnpkg/core';

import type {PackageResult} from '../auditResult';
import {DEFAULT_TUF_MIRROR} from '../settings';

/** Where others can look up what was verified. */
export type LinkContext = {
  /** What shows an entry of the transparency log, the index to be appended; null for logs that no page shows. */
  logSearch: string | null;
};

export type Link = {
  label: string;
  url: string;
};

/** The public good log's page. */
export const PUBLIC_LOG_SEARCH = `https://search.sigstore.dev/?logIndex=`;

const GITLAB_ISSUER = `https://gitlab.com`;

/** Only the public good instance is known to have such a page. */
export function getLinkContext(configuration: Configuration): LinkContext {
  const isPublicGood = configuration.get(`npmSigstoreTufMirror`) === DEFAULT_TUF_MIRROR
    && configuration.get(`npmSigstoreTufRoot`) === null
    && configuration.get(`npmSigstoreTrustedRoot`) === null;

  return {logSearch: isPublicGood ? PUBLIC_LOG_SEARCH : null};
}

/** The commit, the CI run and the log entry behind a package; claims that did not verify lead nowhere. */
export function getLinks({publish, provenance}: PackageResult, {logSearch}: LinkContext): Array<Link> {
  const proven = provenance.status === `verified` ? provenance : null;
  const logIndex = proven?.logIndex ?? (publish.status === `verified` ? publish.logIndex : undefined);

  return [
    ...proven?.sourceRepository && proven.sourceCommit ? makeLink(`Commit`, getCommitUrl(proven.sourceRepository, proven.sourceCommit, proven.issuer)) : [],
    ...proven?.run ? makeLink(`Run`, proven.run) : [],
    ...logSearch !== null && logIndex ? makeLink(`Log entry`, `${logSearch}${encodeURIComponent(logIndex)}`) : [],
  ];
}

/** Whether it is safe to offer for clicking: no `javascript:`, no `file:`. */
export function isWebUrl(text: string): boolean {
  try {
    return [`http:`, `https:`].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

function makeLink(label: string, url: string): Array<Link> {
  return isWebUrl(url) ? [{label, url}] : [];
}

function getCommitUrl(repository: string, commit: string, issuer: string | undefined): string {
  return `${repository}${issuer === GITLAB_ISSUER ? `/-` : ``}/commit/${encodeURIComponent(commit)}`;
}
