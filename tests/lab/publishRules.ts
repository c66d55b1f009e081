import {bundleFromJSON}                            from '@sigstore/bundle';
import {X509Certificate}                           from '@sigstore/core';
import {TrustedRoot}                               from '@sigstore/protobuf-specs';
import {toSignedEntity, toTrustMaterial, Verifier} from '@sigstore/verify';

import type {LabPackage}                           from './registry';
import type {SigstoreInstance}                     from './sigstore/sigstoreInstance';
import {makeSubject, SLSA_V02, SLSA_V1}            from './statements';

const FULCIO_ARC = `1.3.6.1.4.1.57264.1`;

/** Numbers of Fulcio's extensions. https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const EXTENSION = {
  issuer: 8,
  runner: 11,
  repository: 12,
  commit: 13,
  ref: 14,
  repositoryId: 15,
  ownerId: 17,
  config: 18,
  trigger: 20,
  run: 21,
  visibility: 22,
};

type Certified = (extension: keyof typeof EXTENSION) => string;

/**
 * The rules by which the public registry accepts a bundle, with the words in
 * which it refuses, as far as they are known. Written without a look at the
 * plugin, which has to know the rules by itself.
 */
export function findProvenanceFault(published: LabPackage, bundle: any, sigstore: SigstoreInstance): string | null {
  const fault = findSignatureFault(bundle, sigstore);
  if (fault !== null)
    return fault;

  const certified = readCertificate(bundle);
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, `base64`).toString());
  const provider = certified(`issuer`) === `https://gitlab.com` ? `GitLab CI` : `GitHub Actions`;
  const hostedRunner = provider === `GitLab CI` ? `gitlab-hosted` : `github-hosted`;

  if (JSON.stringify(statement.subject) !== JSON.stringify([makeSubject(published)]))
    return `Failed to validate subject: it is not this package`;

  if (certified(`runner`) !== hostedRunner)
    return `Unsupported ${provider} runner environment: "${certified(`runner`)}". Only "${hostedRunner}" runners are supported when publishing with provenance.`;

  if (certified(`visibility`) !== `public`)
    return `Unsupported ${provider} source repository visibility: "${certified(`visibility`)}". Only public source repositories are supported when publishing with provenance.`;

  if (!certified(`ref`).startsWith(`refs/`))
    return `Unsupported ${provider} source ref: "${certified(`ref`)}".`;

  const mismatch = findPredicateMismatch(statement, certified);
  if (mismatch !== null)
    return mismatch;

  const url = published.manifest.repository?.url ?? ``;
  if (url.replace(/^git\+/, ``).replace(/\.git$/, ``) !== certified(`repository`))
    return `Failed to validate repository information: package.json: "repository.url" is "${url}", expected to match "${certified(`repository`)}" from provenance`;

  return null;
}

function findSignatureFault(bundle: unknown, sigstore: SigstoreInstance): string | null {
  try {
    const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.getTrustedRoot()));
    new Verifier(trust).verify(toSignedEntity(bundleFromJSON(bundle)));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : `${error}`;
  }
}

/** The extensions of a verified bundle's certificate; empty where there is none. */
function readCertificate({verificationMaterial}: any): Certified {
  const {rawBytes} = verificationMaterial.certificate ?? verificationMaterial.x509CertificateChain.certificates[0];
  const certificate = X509Certificate.parse(Buffer.from(rawBytes, `base64`));

  return extension => certificate.extension(`${FULCIO_ARC}.${EXTENSION[extension]}`)?.valueObj.subs[0]?.value.toString() ?? ``;
}

function findPredicateMismatch({predicateType, predicate}: any, certified: Certified): string | null {
  const expected = predicateType === SLSA_V1 ? listGithubFields(predicate, certified)
    : predicateType === SLSA_V02 ? listGitlabFields(predicate, certified)
      : [[`predicateType`, predicateType, SLSA_V1]];

  const mismatch = expected.find(([, found, wanted]) => found !== wanted);
  return mismatch ? `Failed to validate provenance: ${mismatch[0]} is "${mismatch[1]}", expected to match "${mismatch[2]}" from the certificate` : null;
}

type Field = [name: string, found: unknown, wanted: string];

function listGithubFields({buildDefinition, runDetails}: any, certified: Certified): Array<Field> {
  const {externalParameters: {workflow}, internalParameters: {github}, resolvedDependencies: [source]} = buildDefinition;

  return [
    [`workflow.repository`, workflow.repository, certified(`repository`)],
    [`workflow`, `${workflow.repository}/${workflow.path}@${workflow.ref}`, certified(`config`)],
    [`github.event_name`, github.event_name, certified(`trigger`)],
    [`github.repository_id`, github.repository_id, certified(`repositoryId`)],
    [`github.repository_owner_id`, github.repository_owner_id, certified(`ownerId`)],
    [`resolvedDependencies.uri`, source.uri, `git+${certified(`repository`)}@${certified(`ref`)}`],
    [`resolvedDependencies.digest`, source.digest.gitCommit, certified(`commit`)],
    [`builder.id`, runDetails.builder.id, `https://github.com/actions/runner/${certified(`runner`)}`],
    [`invocationId`, runDetails.metadata.invocationId, certified(`run`)],
  ];
}

function listGitlabFields({invocation, metadata, materials: [source]}: any, certified: Certified): Array<Field> {
  const repository = `git+${certified(`repository`)}`;

  return [
    [`configSource.uri`, invocation.configSource.uri, repository],
    [`configSource.digest`, invocation.configSource.digest.sha1, certified(`commit`)],
    [`materials.uri`, source.uri, repository],
    [`materials.digest`, source.digest.sha1, certified(`commit`)],
    [`buildInvocationId`, metadata.buildInvocationId, certified(`run`)],
  ];
}
