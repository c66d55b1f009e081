import type {CertifiedClaims}               from '../verification/certifiedClaims';
import {crossCheck}                         from '../verification/crossCheck';
import type {StatedClaims}                  from '../verification/statedClaims';

import type {Problem}                       from './problem';
import type {PublishDocument}               from './publishDocument';
import type {RegistryState}                 from './registryState';
import {getRepositoryUrl, isSameRepository} from './repositoryField';

/** Runners whose operator is the CI itself. */
const HOSTED_RUNNERS = new Set([`github-hosted`, `gitlab-hosted`]);

/** What registries compare with each other before they accept an upload with provenance. */
export type PreflightInput = {
  document: PublishDocument;
  registry: RegistryState;
  /** Of the certificate, or what the identity token foretells of it. */
  certified: CertifiedClaims;
  stated: StatedClaims;
};

/**
 * Everything that would make the registry refuse, all at once. An entry in the
 * transparency log is public and for ever, so this has to be known before
 * anything is signed.
 */
export function findProblems(input: PreflightInput): Array<Problem> {
  return [
    checkRunner(input),
    checkVisibility(input),
    checkRepository(input),
    checkPresence(input),
    checkAgreement(input),
    checkAccess(input),
    checkVersion(input),
  ].filter(problem => problem !== null);
}

function checkRunner({certified: {runner}}: PreflightInput): Problem | null {
  if (!runner || HOSTED_RUNNERS.has(runner))
    return null;

  return {
    code: `runner-not-hosted`,
    message: `The job runs on a runner of the kind "${runner}"; registries accept provenance only from the CI's own (${[...HOSTED_RUNNERS].join(`, `)})`,
    hint: `Publish in a job on a hosted runner (GitHub: runs-on: ubuntu-latest)`,
  };
}

function checkVisibility({certified: {sourceVisibility, sourceRepository}}: PreflightInput): Problem | null {
  if (!sourceVisibility || sourceVisibility === `public`)
    return null;

  return {
    code: `source-not-public`,
    message: `The source repository ${sourceRepository} is ${sourceVisibility}; registries accept provenance only from public ones`,
    hint: `Make the repository public, or publish with --no-provenance`,
  };
}

function checkRepository({document, certified: {sourceRepository}}: PreflightInput): Problem | null {
  if (!sourceRepository)
    return null;

  const url = getRepositoryUrl(document.repository);
  const hint = `Set "repository" in the package.json of ${document.name} to {"type": "git", "url": "git+${sourceRepository}.git"} (with "directory" for a workspace)`;

  if (url === null) {
    return {
      code: `repository-missing`,
      message: `package.json names no repository URL; it must be that of the build, ${sourceRepository}`,
      hint,
    };
  }

  if (!isSameRepository(url, sourceRepository)) {
    return {
      code: `repository-mismatch`,
      message: `package.json names the repository ${url}, the build comes from ${sourceRepository}; registries compare them to the letter, case included`,
      hint,
    };
  }

  return null;
}

/** What registries read from the certificate; they refuse one that lacks any of it. */
const REQUIRED_CLAIMS = [
  `issuer`,
  `signer`,
  `sourceRepository`,
  `sourceVisibility`,
  `sourceRef`,
  `sourceCommit`,
  `workflow`,
  `trigger`,
  `runner`,
  `run`,
] as const satisfies Array<keyof CertifiedClaims>;

function checkPresence({certified}: PreflightInput): Problem | null {
  const missing = REQUIRED_CLAIMS.filter(claim => !certified[claim]);
  if (missing.length === 0)
    return null;

  return {
    code: `claim-missing`,
    message: `The identity of the build lacks what registries compare with the statement: ${missing.join(`, `)}`,
    hint: `Publish in a job that the CI itself runs for a branch or a tag of the repository`,
  };
}

function checkAgreement({certified, stated}: PreflightInput): Problem | null {
  const mismatch = crossCheck(certified, stated);
  if (mismatch === null)
    return null;

  return {
    code: `claim-mismatch`,
    message: `The statement would contradict the certificate. The identity of the build says: ${mismatch.expected}. The job's variables say: ${mismatch.found}`,
    hint: `Do not override the CI's own variables, and let the job that publishes ask for the identity token`,
  };
}

function checkAccess({document, registry: {visibility}}: PreflightInput): Problem | null {
  if (document.access === `public`)
    return null;

  const hint = `Publish with --access public, or set publishConfig.access or npmPublishAccess to public`;
  if (document.access === `restricted`) {
    return {
      code: `access-not-public`,
      message: `The package would be published with restricted access (Yarn's default for scoped names); provenance is for public packages`,
      hint,
    };
  }

  switch (visibility.status) {
    case `public`:
      return null;

    case `unknown`:
      return {code: `access-unknown`, message: `Whether the package is public could not be asked: ${visibility.reason}`, hint};

    default:
      return {code: `access-not-public`, message: `The registry says that the package is private or does not exist yet; provenance is for public packages`, hint};
  }
}

function checkVersion({document, registry: {versions}}: PreflightInput): Problem | null {
  if (versions.status === `unknown`) {
    return {
      code: `version-unknown`,
      message: `Whether the version exists already could not be asked: ${versions.reason}`,
      hint: `Check the registry and the credentials for it, then publish again`,
    };
  }

  if (!versions.known.has(document.version))
    return null;

  return {
    code: `version-exists`,
    message: `The registry already has version ${document.version}, and versions are never replaced`,
    hint: `Publish another version, or use --tolerate-republish to skip this one`,
  };
}
