import {reset}                        from '../answers';
import type {Lab}                     from '../lab';
import {PERSONAL_ISSUER}              from '../lab';
import {RegistryKey}                  from '../registryKey';
import type {LabPackage, LabRegistry} from '../registry';

export type DemoLab = {
  lab: Lab;
  registry: LabRegistry;
  /** Signed by the registry. */
  signed: LabPackage;
  /** Signed, and built by a CI job that left its provenance. */
  attested: LabPackage;
  /** The release after that one, attested as well. */
  next: LabPackage;
};

export type Expectation = {
  exitCode: 0 | 1 | 2;
  /** What has to be in the report, as it is titled there. */
  finding: string;
};

export type Attack = Expectation & {
  title: string;
  /** What somebody did, for a reader who knows none of the words. */
  story: string;
  /** Returns what takes it back. */
  tamper: (lab: DemoLab) => () => void;
};

/** One thing after another that a hostile or broken registry can do. */
export const attacks: Array<Attack> = [
  {
    title: `A forged signature`,
    story: `Somebody without the registry's key signs a package, under that key's name.`,
    tamper: ({signed}) => change(signed, {
      signatures: signed.signatures.map(({keyid}) => new RegistryKey({keyid}).sign(signed)),
    }),
    exitCode: 1,
    finding: `signature-invalid (error)`,
  },
  {
    title: `A swapped tarball`,
    story: `The registry's document names the hash of another tarball than the one that was signed and attested.`,
    tamper: ({attested, next}) => change(attested, {integrity: next.integrity}),
    exitCode: 1,
    finding: `signature-invalid (error)`,
  },
  {
    title: `Another version's attestations`,
    story: `Genuine attestations, but those of the next release.`,
    tamper: ({attested, next}) => change(attested, {attestations: next.attestations}),
    exitCode: 1,
    finding: `attestation-subject-mismatch (error)`,
  },
  {
    title: `A lying statement`,
    story: `The provenance says acme/widgets; the certificate that signed it was issued to a job of mallory/widgets.`,
    tamper: ({registry, attested}) => replaceProvenance(registry, attested, {certifiedClaims: {repository: `mallory/widgets`}}),
    exitCode: 1,
    finding: `provenance-statement-mismatch (error)`,
  },
  {
    title: `A stripped signature`,
    story: `The registry signs its packages, and this one comes without a signature.`,
    tamper: ({signed}) => change(signed, {signatures: []}),
    exitCode: 1,
    finding: `signature-missing (error)`,
  },
  {
    title: `A person instead of a CI system`,
    story: `The provenance is signed, and logged, by somebody who logged in with an e-mail address.`,
    tamper: ({registry, attested}) => replaceProvenance(registry, attested, {email: {address: `mallory@example.org`, issuer: PERSONAL_ISSUER}}),
    exitCode: 1,
    finding: `provenance-issuer-untrusted (error)`,
  },
  {
    title: `Withheld attestations`,
    story: `The registry advertises attestations, and says that there are none when asked for them.`,
    tamper: ({registry}) => registry.override(`/-/npm/v1/attestations/*`, {status: 404}),
    exitCode: 1,
    finding: `attestation-missing (error)`,
  },
  {
    title: `The registry is down`,
    story: `Every connection breaks. That is no attack, and nothing is called one; but nothing passes, either.`,
    tamper: ({registry}) => registry.override(() => true, reset()),
    exitCode: 2,
    finding: `registry-unreachable (incomplete)`,
  },
];

/** Nothing is tampered with. */
export const untouched: Expectation = {
  exitCode: 0,
  // The second registry of the demo offers nothing that could be verified.
  finding: `registry-unsupported (info)`,
};

function change(published: LabPackage, changes: Partial<LabPackage>): () => void {
  const before = {...published};
  Object.assign(published, changes);

  return () => void Object.assign(published, before);
}

function replaceProvenance(registry: LabRegistry, published: LabPackage, options: Parameters<LabRegistry[`attest`]>[1]): () => void {
  const [publish] = published.attestations;
  return change(published, {attestations: [publish!, registry.attest(published, options)]});
}
