import {createHash}                             from 'node:crypto';
import {describe, expect, it}                   from 'vitest';

import type {ArchivedClaims, ManifestClaims}    from '../../../sources/manifestClaims';
import type {ArchiveEntry}                      from '../../../sources/verification/archiveContent';
import {checkArchiveContent, findDifference}    from '../../../sources/verification/archiveContent';
import {checkChecksum}                          from '../../../sources/verification/checksum';
import {checkManifest}                          from '../../../sources/verification/manifest';
import {checkTarballIntegrity, formatIntegrity} from '../../../sources/verification/tarballIntegrity';

const file = (sha256: string | null, executable = false): ArchiveEntry => ({type: `file`, executable, size: 1, sha256});
const link = (target: string): ArchiveEntry => ({type: `link`, target});
const list = (entries: Record<string, ArchiveEntry>) => new Map(Object.entries(entries));

describe(`findDifference`, () => {
  it.each<[string, Record<string, ArchiveEntry>, Record<string, ArchiveEntry>, object | null]>([
    [`nothing`, {a: file(`1`), l: link(`a`)}, {l: link(`a`), a: file(`1`)}, null],
    [`content`, {a: file(`1`)}, {a: file(`2`)}, {path: `a`, how: `content`}],
    [`content that was not hashed`, {a: file(`1`)}, {a: file(null)}, {path: `a`, how: `content`}],
    [`two contents that were not hashed`, {a: file(null)}, {a: file(null)}, {path: `a`, how: `content`}],
    [`mode`, {a: file(`1`)}, {a: file(`1`, true)}, {path: `a`, how: `mode`}],
    [`a file in place of a link`, {a: link(`b`)}, {a: file(`1`)}, {path: `a`, how: `content`}],
    [`a link in place of a file`, {a: file(`1`)}, {a: link(`b`)}, {path: `a`, how: `content`}],
    [`the target of a link`, {a: link(`b`)}, {a: link(`c`)}, {path: `a`, how: `content`}],
    [`a missing entry`, {a: file(`1`), b: file(`1`)}, {a: file(`1`)}, {path: `b`, how: `missing`}],
    [`an extra entry`, {}, {a: file(`1`)}, {path: `a`, how: `extra`}],
    [`an entry called __proto__`, {}, {[`__proto__`]: file(`1`)}, {path: `__proto__`, how: `extra`}],
    [`the first of several`, {b: file(`1`), a: file(`1`)}, {b: file(`2`), a: file(`2`)}, {path: `a`, how: `content`}],
  ])(`should find %s`, (_, tarball, archive, difference) => {
    expect(findDifference(list(tarball), list(archive))).toEqual(difference);
  });
});

describe(`checkArchiveContent`, () => {
  it(`should have nothing to say of the same content`, () => {
    expect(checkArchiveContent(list({a: file(`1`)}), list({a: file(`1`)}))).toBe(null);
  });

  it(`should name the first difference`, () => {
    expect(checkArchiveContent(list({a: file(`1`)}), list({a: file(`2`)}))).toMatchObject({id: `archive-mismatch`, found: expect.stringContaining(`a: `)});
  });
});

describe(`checkChecksum`, () => {
  it.each<[string, string | null, string, string | null]>([
    [`the same`, `10c0/abc`, `10c0/abc`, null],
    [`another hash`, `10c0/abc`, `10c0/abd`, `checksum-mismatch`],
    [`another hash and no key`, `abc`, `10c0/abd`, `checksum-mismatch`],
    [`another hash in another format`, `8/abc`, `10c0/abd`, null],
    [`no checksum`, null, `10c0/abc`, null],
  ])(`should judge %s`, (_, locked, found, id) => {
    expect(checkChecksum(locked, found)?.id ?? null).toBe(id);
  });
});

describe(`checkTarballIntegrity`, () => {
  const sha512 = createHash(`sha512`).update(`tarball`).digest(`hex`);
  const other = createHash(`sha512`).update(`another`).digest(`hex`);
  const integrity = formatIntegrity(sha512);

  it.each<[string, string | null, boolean, string, string | null]>([
    [`the signed tarball`, integrity, true, sha512, null],
    [`another than the signed one`, integrity, true, other, `integrity-mismatch`],
    [`one of two integrities that contradict each other`, `${integrity} ${formatIntegrity(other)}`, true, sha512, `integrity-mismatch`],
    [`a signed integrity without sha512`, `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=`, true, sha512, `integrity-mismatch`],
    [`another than the registry says`, integrity, false, other, `integrity-mismatch`],
    [`a registry that says nothing`, null, false, sha512, null],
    [`a registry that knows sha1 alone`, `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=`, false, sha512, null],
  ])(`should judge %s`, (_, expected, signed, found, id) => {
    expect(checkTarballIntegrity({integrity: expected, signed}, found)?.id ?? null).toBe(id);
  });
});

describe(`checkManifest`, () => {
  const subject = {name: `pkg`, version: `1.0.0`};
  const claims = (overrides: Record<string, Record<string, string>> = {}): ManifestClaims => ({
    ...subject,
    dependencies: new Map(Object.entries(overrides.dependencies ?? {})),
    peerDependencies: new Map(Object.entries(overrides.peerDependencies ?? {})),
    bin: new Map(Object.entries(overrides.bin ?? {})),
  });
  const archived = (overrides: Record<string, Record<string, string>> = {}, more: Partial<ArchivedClaims> = {}): ArchivedClaims => ({...claims(overrides), binFolder: null, ...more});

  it.each<[string, ArchivedClaims, ManifestClaims]>([
    [`the same`, archived({dependencies: {a: `npm:1`}, bin: {x: `x.js`}}), claims({dependencies: {a: `npm:1`}, bin: {x: `x.js`}})],
    [`a version with a v`, archived({}, {version: `v1.0.0`}), claims()],
    [`a version with build metadata`, archived({}, {version: `1.0.0+build.1`}), claims()],
    [`the node-gyp that an install script needs`, archived(), claims({dependencies: {'node-gyp': `npm:latest`}})],
    [`commands of directories.bin`, archived({}, {binFolder: `./bin/`}), claims({bin: {x: `bin/x.js`}})],
  ])(`should accept %s`, (_, inArchive, locked) => {
    expect(checkManifest(subject, inArchive, locked)).toEqual([]);
  });

  it.each<[string, ArchivedClaims | null]>([
    [`no manifest`, null],
    [`another name`, archived({}, {name: `other`})],
    [`no name`, archived({}, {name: null})],
    [`another version`, archived({}, {version: `1.0.1`})],
    [`no version`, archived({}, {version: `latest`})],
  ])(`should call %s another package`, (_, inArchive) => {
    expect(checkManifest(subject, inArchive, claims())).toMatchObject([{id: `manifest-mismatch`}]);
    expect(checkManifest(subject, inArchive, claims())[0]).not.toHaveProperty(`minor`);
  });

  it.each<[string, ArchivedClaims, ManifestClaims]>([
    [`an injected dependency`, archived(), claims({dependencies: {evil: `npm:1`}})],
    [`a dependency that was taken away`, archived({dependencies: {a: `npm:1`}}), claims()],
    [`another range`, archived({dependencies: {a: `npm:1`}}), claims({dependencies: {a: `npm:2`}})],
    [`an injected dependency called __proto__`, archived(), claims({dependencies: {[`__proto__`]: `npm:1`}})],
    [`another node-gyp than the implied one`, archived(), claims({dependencies: {'node-gyp': `npm:evil@1`}})],
    [`an injected peer dependency`, archived(), claims({peerDependencies: {evil: `*`}})],
    [`an injected command`, archived(), claims({bin: {git: `evil.js`}})],
    [`another file for a command`, archived({bin: {x: `x.js`}}), claims({bin: {x: `evil.js`}})],
    [`a command outside of directories.bin`, archived({}, {binFolder: `bin`}), claims({bin: {x: `binary/x.js`}})],
  ])(`should warn of %s`, (_, inArchive, locked) => {
    expect(checkManifest(subject, inArchive, locked)).toMatchObject([{id: `manifest-mismatch`, minor: true}]);
  });
});
