import type {Observation} from '../findings';

import type {Statement}   from './statement';

/** The package URL of a registry package: `pkg:npm/%40scope/name@1.2.3`. https://github.com/package-url/purl-spec */
export function makePackageUrl(name: string, version: string) {
  return `pkg:npm/${name.replace(/^@/, `%40`)}@${version.replaceAll(`+`, `%2B`)}`;
}

/** Lower-case hex of the one sha512 in a `dist.integrity`; null when it has none, or several that differ. */
export function getSha512(integrity: string | null): string | null {
  const digests = new Set((integrity ?? ``).split(/\s+/).flatMap(part => {
    const match = /^sha512-([A-Za-z0-9+/]{86}==)(?:\?.*)?$/.exec(part);
    return match ? [match[1]!] : [];
  }));

  return digests.size === 1 ? Buffer.from([...digests][0]!, `base64`).toString(`hex`) : null;
}

/** Every subject that names the package must name the signed bytes, and at least one must. */
export function checkSubject(statement: Statement, {name, version, integrity}: {name: string, version: string, integrity: string | null}): Observation | null {
  const packageUrl = makePackageUrl(name, version);
  const sha512 = getSha512(integrity);

  // npm leaves "+" of build metadata as it is; both spellings name the version.
  const subjects = statement.subjects.filter(subject => subject.name === packageUrl || subject.name === packageUrl.replaceAll(`%2B`, `+`));
  if (sha512 !== null && subjects.length > 0 && subjects.every(subject => subject.sha512 === sha512))
    return null;

  const [subject] = subjects.length > 0 ? subjects.filter(subject => subject.sha512 !== sha512) : statement.subjects;
  return {
    id: `attestation-subject-mismatch`,
    message: `An attestation of this version is about something else (${statement.predicateType})`,
    expected: `${packageUrl} with sha512 ${sha512 ?? `(the registry gives no usable sha512 integrity)`}`,
    found: subject ? `${subject.name} with sha512 ${subject.sha512 ?? `missing`}` : `no subject`,
    hint: `Do not trust this attestation; report it to the registry`,
  };
}
