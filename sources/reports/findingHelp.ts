import type {FindingId, PublishingFindingId} from '../findings';

/** What SARIF viewers and the HTML report say of a kind of finding; the documentation says the same, and more. */
type FindingHelp = {
  title: string;
  /** What it says, in one sentence. */
  meaning: string;
  /** What to do about it. */
  action: string;
};

/** By finding id; Markdown's code spans are the only markup. */
export const findingHelp: Record<FindingId | PublishingFindingId, FindingHelp> = {
  'signature-missing': {
    title: `Registry signature missing`,
    meaning: `The registry signs its packages, and this version carries no signature.`,
    action: `Compare the version's metadata with another source, and ask the registry's operators why it is not signed. Accept it with an exception once you know.`,
  },
  'signature-stripped': {
    title: `Registry signature lost on a mirror`,
    meaning: `A mirror without keys of its own passed on valid signatures of other packages, and none for this one.`,
    action: `Compare a public package with its original registry; name private ones in an exception.`,
  },
  'signature-invalid': {
    title: `Registry signature invalid`,
    meaning: `No signature validates, and one of them claims a key that is known.`,
    action: `Do not install this version; compare its metadata with another source and report it to the registry.`,
  },
  'signature-key-unknown': {
    title: `Registry signature by an unknown key`,
    meaning: `All signatures of this version are by keys that nobody vouches for.`,
    action: `Compare the key with those that the registry publishes; name a registry's own keys in \`npmSigstoreRegistryKeys\`.`,
  },
  'signature-key-expired': {
    title: `Registry signature by an expired key`,
    meaning: `The version was published after the end of validity of the key that signed it.`,
    action: `Ask the registry's operators to sign this version with a current key.`,
  },
  'registry-unsupported': {
    title: `Registry offers no evidence`,
    meaning: `The registry offers neither signing keys nor attestations.`,
    action: `Ask the registry's operators to sign packages, or take the package from a registry that does.`,
  },
  'keys-unavailable': {
    title: `Registry keys unavailable`,
    meaning: `The registry's keys could not be had because of a network fault.`,
    action: `Run the audit again, or name a file with the keys in \`npmSigstoreRegistryKeys\`.`,
  },
  'trust-invalid': {
    title: `Trust metadata invalid`,
    meaning: `Fetched TUF metadata fails verification: a bad signature, a rollback, or past its expiry.`,
    action: `Check the clock of the machine, and that \`npmSigstoreTufRoot\` belongs to \`npmSigstoreTufMirror\`. If both are right, treat the network as hostile.`,
  },
  'trust-stale': {
    title: `Trust metadata out of date`,
    meaning: `Trust could not be refreshed, and is past its TUF expiry.`,
    action: `Run once with access to the TUF mirror, or pin a trusted root with \`npmSigstoreTrustedRoot\`.`,
  },
  'version-not-found': {
    title: `Version not found`,
    meaning: `The lockfile names a version that the registry does not have.`,
    action: `Find out where the version came from; do not deploy it before you know.`,
  },
  'registry-unreachable': {
    title: `Registry unreachable`,
    meaning: `The registry could not be reached, failed, or refused access.`,
    action: `Run the audit again when the registry answers; for 401 and 403 configure a token (\`npmAuthToken\`).`,
  },
  'attestation-missing': {
    title: `Advertised attestation missing`,
    meaning: `The metadata advertises an attestation which the registry does not serve.`,
    action: `Run the audit again later. If it stays, treat the version as tampered with and report it.`,
  },
  'attestation-unserved': {
    title: `Attestations not served by a mirror`,
    meaning: `A mirror passes on metadata that advertises attestations, and does not serve them.`,
    action: `Audit against the original registry, or let the mirror pass \`/-/npm/v1/attestations\` through.`,
  },
  'attestation-unavailable': {
    title: `Attestation unavailable`,
    meaning: `Advertised attestations could not be had because of a network fault.`,
    action: `Run the audit again when the registry answers.`,
  },
  'attestation-malformed': {
    title: `Attestations malformed`,
    meaning: `The registry's answer is not what its attestations endpoint promises.`,
    action: `Run the audit again; if it stays, report it to the registry.`,
  },
  'attestation-invalid': {
    title: `Attestation invalid`,
    meaning: `A bundle fails cryptographic verification: certificate, signature, timestamp or log entry.`,
    action: `Do not install this version before its publisher or the registry has explained it.`,
  },
  'attestation-unsupported': {
    title: `Attestation too new`,
    meaning: `A bundle or predicate is of a type that this plugin does not know.`,
    action: `Update the plugin.`,
  },
  'attestation-subject-mismatch': {
    title: `Attestation of something else`,
    meaning: `The attestation names another package, another version or other bytes.`,
    action: `Do not trust this attestation; report it to the registry.`,
  },
  'attestation-type-mismatch': {
    title: `Attestation of another type`,
    meaning: `The declared predicate type and the signed one differ, or what was signed is no in-toto statement.`,
    action: `Do not trust this attestation; report it to the registry.`,
  },
  'attestation-publish-mismatch': {
    title: `Publish attestation mismatch`,
    meaning: `The publish attestation names another package, version or registry than the ones at hand.`,
    action: `Do not trust this version; report it to the registry.`,
  },
  'provenance-missing': {
    title: `Provenance missing`,
    meaning: `The version has no provenance, and a setting or policy asks for it.`,
    action: `Ask its maintainers to publish from CI with provenance.`,
  },
  'provenance-issuer-untrusted': {
    title: `Provenance by an unknown issuer`,
    meaning: `The certificate was issued to something that is not a known CI system.`,
    action: `Do not trust this provenance. A CI system of your own is made known by the \`issuer\` of a policy.`,
  },
  'provenance-statement-mismatch': {
    title: `Provenance contradicts its certificate`,
    meaning: `The statement says something else than the certificate that signed it.`,
    action: `Do not trust this provenance; ask the publisher how it was made.`,
  },
  'provenance-repository-mismatch': {
    title: `Repository differs from the manifest`,
    meaning: `The manifest names another repository than the one that was attested.`,
    action: `Make sure that both are the same project.`,
  },
  'provenance-self-hosted': {
    title: `Built on a self-hosted runner`,
    meaning: `The package was built on a machine of its own operator.`,
    action: `Decide whether you trust its operator; a policy can demand \`runner: github-hosted\`.`,
  },
  'policy-source-repository': {
    title: `Policy: source repository`,
    meaning: `The source repository is not the one that a policy demands.`,
    action: `Do not deploy it before you know why; change the policy if the project has moved.`,
  },
  'policy-source-ref': {
    title: `Policy: source ref`,
    meaning: `The branch or tag is not one that a policy allows.`,
    action: `Ask the publisher why it was built there.`,
  },
  'policy-workflow': {
    title: `Policy: workflow`,
    meaning: `The workflow is not the one that a policy demands.`,
    action: `Ask the publisher why it was built that way.`,
  },
  'policy-signer': {
    title: `Policy: signer`,
    meaning: `The identity that signed is not the one that a policy demands.`,
    action: `Do not deploy it before you know why.`,
  },
  'policy-issuer': {
    title: `Policy: issuer`,
    meaning: `The CI system is not the one that a policy demands.`,
    action: `Do not deploy it before you know why.`,
  },
  'policy-runner': {
    title: `Policy: runner`,
    meaning: `The runner is not of the kind that a policy demands.`,
    action: `Ask the publisher to build on the demanded runners.`,
  },
  'policy-trigger': {
    title: `Policy: trigger`,
    meaning: `The event that started the build is not the one that a policy demands.`,
    action: `Ask the publisher why it was built by this event.`,
  },
  'trust-downgrade': {
    title: `Weaker evidence than before`,
    meaning: `An earlier release had stronger evidence than this one.`,
    action: `Compare this release with the last good one before you deploy it.`,
  },
  'identity-changed': {
    title: `Identity changed`,
    meaning: `The verified identity is not the one that is pinned.`,
    action: `Review why; then pin the new identity with \`--pin\` and the package's name.`,
  },
  'identity-renamed': {
    title: `Identity renamed`,
    meaning: `The repository has another URL than the pinned one, and the same id.`,
    action: `Pin it again with \`--pin\` and the package's name when convenient.`,
  },
  'identity-unpinned': {
    title: `Identity not pinned`,
    meaning: `There is a file of pins, and this package has provenance and no pin.`,
    action: `Pin it with \`--pin\`.`,
  },
  'exception-unused': {
    title: `Exception without a match`,
    meaning: `An exception of the settings matches no finding.`,
    action: `Remove it.`,
  },
  'integrity-mismatch': {
    title: `Served tarball is another one`,
    meaning: `The tarball that the registry serves is not the one that was signed.`,
    action: `Do not install this version; report it to the registry.`,
  },
  'archive-mismatch': {
    title: `Archive differs from the signed tarball`,
    meaning: `The archive in Yarn's cache does not hold the content of the signed tarball.`,
    action: `Remove the archive, install again, and find out who could write to it.`,
  },
  'checksum-mismatch': {
    title: `Archive differs from the lockfile`,
    meaning: `The archive on disk does not match the checksum in yarn.lock.`,
    action: `Compare both with version control; \`yarn install --check-cache\` fetches the archive again.`,
  },
  'manifest-mismatch': {
    title: `Manifest differs from the metadata`,
    meaning: `The archive's package.json names another package, or other dependencies than the lockfile.`,
    action: `Compare the manifest with the metadata; do not deploy the package if its name or version differ.`,
  },
  'archive-absent': {
    title: `Archive absent`,
    meaning: `The archive is not in Yarn's cache.`,
    action: `Run \`yarn install\` first; on a machine without a cache use \`--no-archives\`.`,
  },
  'unverifiable-source': {
    title: `Source without a registry`,
    meaning: `Packages of this source (git, http, file, portal, link) have no registry that could vouch for them.`,
    action: `Review them by hand, or depend on a published version.`,
  },
  'nothing-verified': {
    title: `Nothing was verified`,
    meaning: `Npm packages were selected, none of them could be verified, and none is reported as not checked.`,
    action: `See the findings of the packages; audit through a registry that signs, or name its keys in \`npmSigstoreRegistryKeys\`.`,
  },
  'publish-downgrade': {
    title: `Publish without provenance`,
    meaning: `The latest release has provenance, and this publish will not (\`yarn npm publish\`).`,
    action: `Publish from CI with provenance.`,
  },
};
