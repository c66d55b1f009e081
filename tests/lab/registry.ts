import {attest, type AttestOptions, type Attestation} from './attest';
import {LabServer, type Answer, type LabRequest}      from './httpServer';
import * as documents                                 from './registryDocuments';
import {RegistryKey, makeKeysAnswer}                  from './registryKey';
import type {SigstoreInstance}                        from './sigstore/sigstoreInstance';
import {getIntegrity, makeTarball}                    from './tarball';

export type RegistryOptions = {
  /** The keys that sign; none for a keyless registry. One that never expires when absent. */
  keys?: Array<RegistryKey>;
  /** A folder of the server that the registry lives in: `/repository/npm`. */
  path?: string;
  /** The `Authorization` header that every request needs; no authentication when absent. */
  authorization?: string;
  /** Passes another registry's documents on (tarballs from here), and serves neither keys nor attestations. */
  mirrorOf?: LabRegistry;
};

/** One published version. Tests may change everything about it afterwards. */
export type LabPackage = {
  name: string;
  version: string;
  manifest: Record<string, any>;
  tarball: Buffer;
  integrity: string;
  signatures: Array<{keyid: string, sig: string}>;
  attestations: Array<Attestation>;
  time: Date;
};

export type PackageSpec = {
  name: string;
  version: string;
  /** Further fields of package.json: `dependencies`, `bin`, `scripts`, `repository` … */
  manifest?: Record<string, unknown>;
  files?: Record<string, string | Buffer>;
  /** An hour ago when absent. */
  time?: Date;
  /** Those of the registry's current key when absent. */
  signedBy?: Array<RegistryKey>;
  /** Provenance, and with it a publish attestation; neither when absent. */
  provenance?: AttestOptions | true;
  /** The publish attestation alone: without provenance, not at all, or otherwise. */
  publishAttestation?: AttestOptions | boolean;
};

export type VersionDocumentTamper = (document: any) => unknown;
type Tamper = {name: string, version: string, scope: `small` | `root` | `both`, change: VersionDocumentTamper};

/** A registry on loopback, with npm's documents, signatures and endpoints. */
export class LabRegistry {
  private readonly tampers: Array<Tamper> = [];
  private readonly attestationTampers: Array<{name: string, version: string, change: (list: Array<any>) => unknown}> = [];

  /** Versions by name, then by version, in the order of publication. */
  readonly packages: Map<string, Map<string, LabPackage>>;

  /** The keys that new versions are signed with: the first one signs. */
  readonly keys: Array<RegistryKey>;

  /** What the keys endpoint serves; null for a registry that has none. */
  endpointKeys: Array<RegistryKey> | null;

  /** Whether there is an attestations endpoint. */
  servesAttestations: boolean;

  private constructor(readonly server: LabServer, private readonly sigstore: SigstoreInstance, readonly options: RegistryOptions) {
    this.packages = options.mirrorOf?.packages ?? new Map();
    this.keys = options.mirrorOf ? [] : options.keys ?? [new RegistryKey()];
    this.endpointKeys = this.keys.length > 0 ? this.keys : null;
    this.servesAttestations = options.mirrorOf === undefined;
  }

  static async start(sigstore: SigstoreInstance, options: RegistryOptions = {}): Promise<LabRegistry> {
    let registry: LabRegistry | null = null;
    const server = await LabServer.start(request => registry!.handle(request));

    registry = new LabRegistry(server, sigstore, options);
    return registry;
  }

  /** Without a trailing slash: what settings and publish attestations name. */
  get url() {
    return `${this.server.url}${this.options.path ?? ``}`;
  }

  /** The host and path by which TUF targets name this registry. */
  get tufName() {
    return this.url.replace(/^http:\/\//, ``);
  }

  /** Publishes a version the way the registry itself would have accepted and signed it. */
  add({name, version, manifest = {}, files = {}, time, signedBy = this.keys.slice(0, 1), provenance, publishAttestation = provenance !== undefined}: PackageSpec): LabPackage {
    const fullManifest = {name, version, ...manifest};
    const tarball = makeTarball({'package.json': JSON.stringify(fullManifest, null, 2), ...files});

    const published = this.insert({name, version, manifest: fullManifest, tarball, time: time ?? new Date(Date.now() - 60 * 60 * 1000)});
    published.signatures = signedBy.map(key => key.sign(published));

    if (publishAttestation)
      published.attestations.push(this.attestPublish(published, publishAttestation === true ? {} : publishAttestation));
    if (provenance)
      published.attestations.push(this.attest(published, provenance === true ? {} : provenance));

    return published;
  }

  /** Puts a version into the registry without signing anything. */
  insert({name, version, manifest, tarball, time}: Pick<LabPackage, `name` | `version` | `manifest` | `tarball` | `time`>): LabPackage {
    const published: LabPackage = {name, version, manifest, tarball, integrity: getIntegrity(tarball), signatures: [], attestations: [], time};

    const versions = this.packages.get(name) ?? new Map<string, LabPackage>();
    this.packages.set(name, versions.set(version, published));

    return published;
  }

  /** Mints an attestation for a version, dated at its publication; it is served only once it is in `attestations`. */
  attest(published: LabPackage, options: AttestOptions = {}): Attestation {
    return attest(published, options.sigstore ?? this.sigstore, {date: published.time, ...options});
  }

  /** The same for the registry's own statement; a keyless registry signs with a certificate. */
  attestPublish(published: LabPackage, options: AttestOptions = {}): Attestation {
    return this.attest(published, {kind: `publish`, registry: this.url, signer: this.keys[0], ...options});
  }

  /**
   * Lies in a version's document: `change` gets a copy, and what it returns is
   * served; the copy when it returns nothing.
   * @param scope the single-version document, the version within the root document, or both
   */
  tamper(name: string, version: string, change: VersionDocumentTamper, scope: Tamper[`scope`] = `both`): void {
    this.tampers.push({name, version, scope, change});
  }

  /** The same for the list of attestations. */
  tamperAttestations(name: string, version: string, change: (list: Array<any>) => unknown): void {
    this.attestationTampers.push({name, version, change});
  }

  override: LabServer[`override`] = (matcher, responder) => this.server.override(matcher, responder);

  stop() {
    return this.server.stop();
  }

  private handle(request: LabRequest): Answer | null {
    const {path = ``, authorization} = this.options;
    if (!request.path.startsWith(`${path}/`))
      return null;

    if (authorization !== undefined && request.headers.authorization !== authorization)
      return {status: 401, body: {error: `Unauthorized`}};

    return request.method === `GET` ? this.get(request.path.slice(path.length), request) : null;
  }

  private get(path: string, request: LabRequest): Answer | null {
    if (path === `/-/npm/v1/keys`)
      return this.endpointKeys && {body: makeKeysAnswer(this.endpointKeys)};

    if (path === `/-/whoami`)
      return {body: {username: `lab`}};

    const attestations = path.match(/^\/-\/npm\/v1\/attestations\/(.+)@([^@]+)$/);
    if (attestations)
      return this.getAttestations(attestations[1]!, attestations[2]!);

    const route = path.match(/^\/(@[^/]+\/[^/]+|[^/@-][^/]*)(?:\/(.+))?$/);
    const versions = route && this.packages.get(route[1]!);
    if (!versions)
      return null;

    const [, name = ``, rest] = route;
    if (rest === undefined)
      return {body: this.getRootDocument(name, versions, isAbbreviated(request))};

    if (rest.startsWith(`-/`))
      return getTarball(versions, rest);

    const published = versions.get(rest === `latest` ? documents.getLatest(versions) : rest);
    return published ? {body: this.getVersionDocument(published, `small`)} : null;
  }

  private getAttestations(name: string, version: string): Answer | null {
    const published = this.servesAttestations ? this.packages.get(name)?.get(version) : undefined;
    if (!published)
      return null;

    const changes = this.attestationTampers.filter(tamper => tamper.name === name && tamper.version === version);
    const list = changes.reduce((value: any, {change}) => change(value) ?? value, structuredClone(published.attestations));

    return published.attestations.length > 0 || changes.length > 0 ? {body: {attestations: list}} : null;
  }

  private getRootDocument(name: string, versions: Map<string, LabPackage>, abbreviated: boolean): object {
    return documents.makeRootDocument(name, versions, published => {
      const document = this.getVersionDocument(published, `root`);
      return abbreviated ? documents.abbreviate(document) : document;
    }, abbreviated);
  }

  private getVersionDocument(published: LabPackage, scope: `small` | `root`): any {
    const origin = this.options.mirrorOf ?? this;
    const own = documents.makeVersionDocument(published, {registry: this.url, attestationsRegistry: origin.url});

    return this.tampers
      .filter(tamper => tamper.name === published.name && tamper.version === published.version && [scope, `both`].includes(tamper.scope))
      .reduce((document: any, {change}) => change(document) ?? document, own);
  }
}

const isAbbreviated = (request: LabRequest) => request.headers.accept?.includes(`application/vnd.npm.install-v1+json`) ?? false;

function getTarball(versions: Map<string, LabPackage>, path: string): Answer | null {
  const published = [...versions.values()].find(candidate => path === documents.getTarballPath(candidate));
  return published ? {headers: {'content-type': `application/octet-stream`}, body: published.tarball} : null;
}
