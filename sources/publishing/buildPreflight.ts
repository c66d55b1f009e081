import type {CertifiedClaims}                    from '../verification/certifiedClaims';
import {crossCheck}                              from '../verification/crossCheck';
import {KNOWN_CI_ISSUERS}                        from '../verification/provenanceAttestation';

import type {Problem}                            from './problem';
import {getRepositoryFieldUrl, isSameRepository} from './repositoryField';

/** Runners whose operator is the CI itself. */
const HOSTED_RUNNERS = new Set([`github-hosted`, `gitlab-hosted`]);

/** Both sides of what is going to be attested. */
export type Build = {
  /** Of the certificate, or what the identity token foretells of it. */
  certified: CertifiedClaims;
  /** Claims that a certificate should have and this one lacks. */
  missing: Array<string>;
  /** The statement's. */
  predicate: unknown;
};

/** What registries hold against each other: the certificate, the statement, and the `repository` of the manifest. */
export function findBuildProblems({certified, missing, predicate}: Build, {repository, acceptedIssuers}: {repository: unknown, acceptedIssuers: ReadonlySet<string>}): Array<Problem> {
  return [
    checkIssuer(certified, acceptedIssuers),
    checkRunner(certified),
    checkVisibility(certified),
    checkRepository(certified, repository),
    checkPresence(missing),
    checkAgreement(certified, predicate),
  ].filter(problem => problem !== null);
}

function checkIssuer({issuer}: CertifiedClaims, acceptedIssuers: ReadonlySet<string>): Problem | null {
  if (!issuer || KNOWN_CI_ISSUERS.has(issuer) || acceptedIssuers.has(issuer))
    return null;

  return {
    code: `issuer-unsupported`,
    message: `The identity of the build comes from ${issuer}; provenance is accepted only from ${[...KNOWN_CI_ISSUERS].join(`, `)}`,
    hint: `Publish from one of these, name the issuer in npmAttestationPolicies if the registry accepts it, or use --no-provenance`,
  };
}

function checkRunner({runner}: CertifiedClaims): Problem | null {
  if (!runner || HOSTED_RUNNERS.has(runner))
    return null;

  return {
    code: `runner-not-hosted`,
    message: `The job runs on a runner of the kind "${runner}"; registries accept provenance only from the CI's own (${[...HOSTED_RUNNERS].join(`, `)})`,
    hint: `Publish in a job on a hosted runner (GitHub: runs-on: ubuntu-latest)`,
  };
}

function checkVisibility({sourceVisibility, sourceRepository}: CertifiedClaims): Problem | null {
  if (!sourceVisibility || sourceVisibility === `public`)
    return null;

  return {
    code: `source-not-public`,
    message: `The source repository ${sourceRepository} is ${sourceVisibility}; registries accept provenance only from public ones`,
    hint: `Make the repository public, or publish with --no-provenance`,
  };
}

function checkRepository({sourceRepository}: CertifiedClaims, repository: unknown): Problem | null {
  if (!sourceRepository)
    return null;

  const url = getRepositoryFieldUrl(repository);
  const hint = `Set "repository" in package.json to {"type": "git", "url": "git+${sourceRepository}.git"}, for a workspace with its "directory"`;

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

function checkPresence(missing: Array<string>): Problem | null {
  if (missing.length === 0)
    return null;

  return {
    code: `claim-missing`,
    message: `The identity of the build lacks what registries compare with the statement: ${missing.join(`, `)}`,
    hint: `Publish in a job that the CI itself runs for a branch or a tag of the repository`,
  };
}

function checkAgreement(certified: CertifiedClaims, predicate: unknown): Problem | null {
  const mismatch = crossCheck(certified, predicate);
  if (mismatch === null)
    return null;

  return {
    code: `claim-mismatch`,
    message: `The statement would contradict the certificate. The identity of the build says: ${mismatch.expected}. The job's variables say: ${mismatch.found}`,
    hint: `Do not override the CI's own variables, and let the job that publishes ask for the identity token`,
  };
}
