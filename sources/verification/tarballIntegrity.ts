import type {Observation} from '../findings';

import {getSha512}        from './subject';

/** What the tarball of one version has to be, by the registry's document. */
export type ExpectedTarball = {
  /** `dist.integrity` as the document spells it. */
  integrity: string | null;
  /** Whether something that was verified vouches for it. */
  signed: boolean;
};

/**
 * Holds a tarball against the integrity that was signed. Where nothing was
 * signed the registry is held to its own word; without any integrity there is
 * nothing to hold it to.
 *
 * @param sha512 of the tarball, lower-case hex
 */
export function checkTarballIntegrity({integrity, signed}: ExpectedTarball, sha512: string): Observation | null {
  const expected = getSha512(integrity);
  if (expected === sha512 || (expected === null && !signed))
    return null;

  return {
    id: `integrity-mismatch`,
    message: signed
      ? `The tarball is not the one that was signed`
      : `The tarball is not the one whose integrity the registry gives`,
    expected: integrity ?? `an integrity with a sha512`,
    found: formatIntegrity(sha512),
    hint: `Do not install this version; compare its tarball with another source and report it to the registry`,
  };
}

/** Subresource Integrity of a lower-case hex sha512. https://www.w3.org/TR/SRI/ */
export function formatIntegrity(sha512: string): string {
  return `sha512-${Buffer.from(sha512, `hex`).toString(`base64`)}`;
}
