import {createHash} from 'node:crypto';

/** What a provenance statement is about: one version, and the bytes of its tarball. */
export type PublishSubject = {
  name: string;
  version: string;
  tarball: Buffer;
};

/** The subject of an in-toto statement. https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
export type StatementSubject = {name: string, digest: {sha512: string}};

/** Spelled as npm's CLI spells it: "+" in a version stays as it is. */
export function makeStatementSubject({name, version, tarball}: PublishSubject): StatementSubject {
  return {
    name: `pkg:npm/${name.replace(/^@/, `%40`)}@${version}`,
    digest: {sha512: createHash(`sha512`).update(tarball).digest(`hex`)},
  };
}
