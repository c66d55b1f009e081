import {findBuildProblems, type Build} from './buildPreflight';
import type {Problem}                  from './problem';
import type {PublishDocument}          from './publishDocument';
import type {RegistryState}            from './registryState';
import {getRepositoryFieldUrl}         from './repositoryField';

type PreflightInput = {
  document: PublishDocument;
  registry: RegistryState;
  /** Null when the job has no identity that could be attested. */
  build: Build | null;
  /** Beside the known CIs. */
  acceptedIssuers: ReadonlySet<string>;
};

/**
 * Everything that would make the registry refuse, all at once. An entry in the
 * transparency log is public and for ever, so this has to be known before
 * anything is signed.
 */
export function findProblems({document, registry, build, acceptedIssuers}: PreflightInput): Array<Problem> {
  return [
    ...build !== null ? findBuildProblems(build, {repository: document.repository, acceptedIssuers}) : [checkRepository(document)],
    checkAccess(document, registry),
    checkVersion(document, registry),
  ].filter(problem => problem !== null);
}

function checkRepository({repository}: PublishDocument): Problem | null {
  return getRepositoryFieldUrl(repository) !== null ? null : {
    code: `repository-missing`,
    message: `package.json names no repository URL`,
    hint: `Set "repository" to that of the build, for a workspace with its "directory"`,
  };
}

function checkAccess(document: PublishDocument, {visibility}: RegistryState): Problem | null {
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

function checkVersion({version}: PublishDocument, {versions}: RegistryState): Problem | null {
  if (versions.status === `unknown`) {
    return {
      code: `version-unknown`,
      message: `Whether the version exists already could not be asked: ${versions.reason}`,
      hint: `Check the registry and the credentials for it, then publish again`,
    };
  }

  if (!versions.known.has(version))
    return null;

  return {
    code: `version-exists`,
    message: `The registry already has version ${version}, and versions are never replaced`,
    hint: `Publish another version, or use --tolerate-republish to skip this one`,
  };
}
