import {createHash}                                            from 'node:crypto';
import {readFile, rename, rm, writeFile}                       from 'node:fs/promises';
import {closeSync, existsSync, mkdirSync, openSync, writeSync} from 'node:fs';
import path                                                    from 'node:path';
import {gzipSync}                                              from 'node:zlib';

import {attest}                                                from '../lab/attest';
import {makeVersionDocument}                                   from '../lab/registryDocuments';
import {makeKeysAnswer, makeKeysTarget, RegistryKey}           from '../lab/registryKey';
import type {LabPackage}                                       from '../lab/registry';
import {SigstoreInstance}                                      from '../lab/sigstore/sigstoreInstance';
import {getIntegrity, makeTarball}                             from '../lab/tarball';

import {makeManifest, makeVersions, Random}                    from './manifests';

/** Goes up when other data are made. */
const FORMAT = 2;

/** 74 of 1,267, as in npm's documentation: https://docs.npmjs.com/viewing-package-provenance */
const ATTESTED_SHARE = 74 / 1267;

/** Dependencies of the project itself. */
const DIRECT = 40;

/** Signed documents name the registry, so it has to stay where it is. */
export const REGISTRY_PORT = 48_731;
export const REGISTRY_URL = `http://127.0.0.1:${REGISTRY_PORT}`;

/** What the registry serves, each in a file of gzipped bodies one after the other. */
export const KINDS = [`root`, `abbreviated`, `version`, `attestations`, `tarball`] as const;
export type Kind = typeof KINDS[number];

/** Offset and length in the kind's file, and the entity tag. */
type PackEntry = [offset: number, length: number, etag: string];

export type DatasetPackage = {
  name: string;
  version: string;
  integrity: string;
  /** By name: the exact versions. */
  dependencies: Record<string, string>;
  attested: boolean;
};

export type Dataset = {
  folder: string;
  packages: Array<DatasetPackage>;
  /** Names of the project's own dependencies. */
  direct: Array<string>;
  trustedRoot: object;
  /** The TUF target and the endpoint's answer. */
  keys: {target: object, endpoint: object};
  /** By kind, then by path. */
  index: Record<Kind, Record<string, PackEntry>>;
};

const root = path.resolve(import.meta.dirname, `../../.yarn/bench`);

/**
 * Packages with a history of 40 versions each, really signed and attested, as
 * a registry would serve them. Made once: the same size gives the same folder.
 */
export async function getDataset(size: number): Promise<Dataset> {
  const folder = path.join(root, `data-${FORMAT}-${size}`);
  if (!existsSync(folder))
    await generate(size, folder);

  return {folder, ...JSON.parse(await readFile(path.join(folder, `index.json`), `utf8`))};
}

async function generate(size: number, destination: string): Promise<void> {
  const folder = `${destination}.tmp`;
  await rm(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});

  const writers = Object.fromEntries(KINDS.map(kind => [kind, new PackWriter(path.join(folder, `${kind}.pack`))])) as Record<Kind, PackWriter>;
  const key = new RegistryKey();
  const sigstore = new SigstoreInstance({fulcio: `http://127.0.0.1:1`, rekor: `http://127.0.0.1:2`, rekorV2: `http://127.0.0.1:3`, tsa: `http://127.0.0.1:4`});

  const attested = Math.round(size * ATTESTED_SHARE);
  const plan = planPackages(size);

  const packages = plan.map(({name, dependencies}, index): DatasetPackage => {
    const random = new Random(index);
    const isAttested = Math.floor(index * attested / size) !== Math.floor((index + 1) * attested / size);

    const versions = makeVersions(random).map((version, position, all): LabPackage => {
      const installed = position === all.length - 1;
      const manifest = makeManifest(random, {name, version, dependencies: Object.fromEntries(dependencies.map(index => [plan[index]!.name, plan[index]!.version]))});

      // Nobody asks for the content of older versions.
      const tarball = installed ? makeTarball({'package.json': JSON.stringify(manifest, null, 2), ...makeFiles(random)}) : Buffer.from(`${name}@${version}`);
      const published: LabPackage = {name, version, manifest, tarball, integrity: getIntegrity(tarball), signatures: [], attestations: [], time: new Date(Date.UTC(2024, 0, 1 + 7 * position))};

      published.signatures.push(key.sign(published));
      if (installed && isAttested)
        published.attestations.push(attest(published, sigstore, {kind: `publish`, registry: REGISTRY_URL, signer: key, date: published.time}), attest(published, sigstore, {date: published.time, claims: {repository: getRepository(published)}}));

      return published;
    });

    store(writers, name, versions);

    const {version, integrity, manifest} = versions.at(-1)!;
    return {name, version, integrity, dependencies: manifest.dependencies ?? {}, attested: isAttested};
  });

  const dataset: Omit<Dataset, `folder`> = {
    packages,
    direct: packages.slice(0, DIRECT).map(({name}) => name),
    trustedRoot: sigstore.getTrustedRoot(),
    keys: {target: makeKeysTarget([key]), endpoint: makeKeysAnswer([key])},
    index: Object.fromEntries(KINDS.map(kind => [kind, writers[kind].close()])) as Dataset[`index`],
  };

  await writeFile(path.join(folder, `index.json`), JSON.stringify(dataset));
  await rename(folder, destination);
}

/** Some twenty files, a hundred kilobytes: packages of a real project's cache have about that. */
function makeFiles(random: Random): Record<string, string> {
  return Object.fromEntries(Array.from({length: 4 + random.integer(30)}, (_, index) => [`dist/${random.word()}-${index}.js`, random.code()]));
}

/** A tree: each package but the first ones is a dependency of an earlier one, and some are shared. */
function planPackages(size: number) {
  const plan = Array.from({length: size}, (_, index) => ({
    name: index % 5 === 0 ? `@scope-${index % 50}/package-${index}` : `package-${index}`,
    version: makeVersions(new Random(index)).at(-1)!,
    dependencies: [] as Array<number>,
  }));

  for (let index = DIRECT; index < size; index += 1) {
    const random = new Random(-index);
    const parents = new Set([Math.floor((index - DIRECT) / 2), random.integer(index)]);
    for (const parent of parents) {
      plan[parent]!.dependencies.push(index);
    }
  }

  return plan;
}

function store(writers: Record<Kind, PackWriter>, name: string, versions: Array<LabPackage>): void {
  const documents = versions.map(published => ({published, document: makeVersionDocument(published, {registry: REGISTRY_URL, attestationsRegistry: REGISTRY_URL})}));
  const installed = documents.at(-1)!;

  const common = {
    name,
    'dist-tags': {latest: installed.published.version},
    modified: installed.published.time.toISOString(),
  };

  writers.root.add(`/${name}`, {
    _id: name,
    ...common,
    versions: Object.fromEntries(documents.map(({published, document}) => [published.version, document])),
    time: Object.fromEntries(documents.map(({published}) => [published.version, published.time.toISOString()])),
    ...pick(installed.document, [`description`, `keywords`, `license`, `maintainers`, `repository`]),
    readme: ``,
  });

  writers.abbreviated.add(`/${name}`, {
    ...common,
    versions: Object.fromEntries(documents.map(({published, document}) => [published.version, pick(document, [`name`, `version`, `dependencies`, `devDependencies`, `bin`, `engines`, `dist`])])),
  });

  const {version, attestations, tarball} = installed.published;
  writers.version.add(`/${name}/${version}`, installed.document);
  writers.tarball.add(`/${name}/-/${name.replace(/^.*\//, ``)}-${version}.tgz`, tarball);

  if (attestations.length > 0) {
    writers.attestations.add(`/-/npm/v1/attestations/${name}@${version}`, {attestations});
  }
}

/** As GitHub's tokens spell it, so that provenance and manifest agree. */
function getRepository({manifest}: LabPackage) {
  return manifest.repository.url.replace(/^.*github\.com\/|\.git$/g, ``);
}

function pick(document: Record<string, unknown>, fields: Array<string>) {
  return Object.fromEntries(fields.filter(field => Object.hasOwn(document, field)).map(field => [field, document[field]]));
}

class PackWriter {
  private readonly file: number;
  private readonly entries: Record<string, PackEntry> = {};
  private offset = 0;

  constructor(path: string) {
    this.file = openSync(path, `w`);
  }

  add(path: string, body: object): void {
    const bytes = Buffer.isBuffer(body) ? body : gzipSync(JSON.stringify(body));

    this.entries[path] = [this.offset, bytes.length, `"${createHash(`sha1`).update(bytes).digest(`base64url`)}"`];
    this.offset += writeSync(this.file, bytes);
  }

  close() {
    closeSync(this.file);
    return this.entries;
  }
}
