import {attest, type AttestOptions, type Attestation} from './attest';
import type {Clock}                                   from './clock';
import {LabServer}                                    from './httpServer';
import type {Claims, IdentityProvider}                from './identityProvider';
import * as documents                                 from './registryDocuments';
import {RegistryKey}                                  from './registryKey';
import {answer}                                       from './registryRoutes';
import type {SigstoreInstance}                        from './sigstore/sigstoreInstance';
import {getIntegrity, makeTarball}                    from './tarball';

export type RegistryOptions = {
  /** The keys that sign; none for a keyless registry. One that never expires when absent. */
  keys?: Array<RegistryKey>;
  /** A folder of the server that the registry lives in: `/repository/npm`. */
  path?: string;
  /** The `Authorization` header that every request needs; no authentication when absent. */
  authorization?: string;
  /** The one that uploads need, unless a token was got by trusted publishing. Anybody may publish when absent. */
  publishAuthorization?: string;
  /** Passes another registry's documents on (tarballs from here), and serves neither keys nor attestations. */
  mirrorOf?: LabRegistry;
};

/** What the registries of one lab share. */
type RegistryServices = {sigstore: SigstoreInstance, clock: Clock, identityProviders: Array<IdentityProvider>};

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

type PackageSpec = {
  name: string;
  version: string;
  /** Further fields of package.json: `dependencies`, `bin`, `scripts`, `repository` … */
  manifest?: Record<string, unknown>;
  files?: Record<string, string | Buffer>;
  /** Two days ago when absent: old enough for age gates. */
  time?: Date;
  /** Those of the registry's current key when absent. */
  signedBy?: Array<RegistryKey>;
  /** Provenance, and with it a publish attestation; neither when absent. */
  provenance?: AttestOptions | true;
  /** The publish attestation alone: without provenance, not at all, or otherwise. */
  publishAttestation?: AttestOptions | boolean;
};

type Change = (value: any) => unknown;
type Scope = `small` | `root` | `both`;

/** Without a version: of the root document as a whole. */
type Tamper = {name: string, version: string | null, scope: Scope | `attestations`, change: Change};

const TWO_DAYS = 2 * 24 * 60 * 60 * 1000;

/** A registry on loopback, with npm's documents, signatures and endpoints. */
export class LabRegistry {
  private readonly tampers: Array<Tamper> = [];

  /** Versions by name, then by version, in the order of publication. */
  readonly packages: Map<string, Map<string, LabPackage>>;

  /** Tags by name, other than a `latest` that follows from the versions. */
  readonly tags: Map<string, Map<string, string>>;

  /** What was uploaded with `--staged`: in no document. */
  readonly staged: Array<LabPackage> = [];

  /** Names of packages that only their owners may see. */
  readonly restricted = new Set<string>();

  /** The keys that new versions are signed with: the first one signs. */
  readonly keys: Array<RegistryKey>;

  /** What the keys endpoint serves; null for a registry that has none. */
  endpointKeys: Array<RegistryKey> | null;

  /** Whether there is an attestations endpoint. */
  servesAttestations: boolean;

  /** Which identity tokens are exchanged for a publish token, by package name. */
  readonly trustedPublishers = new Map<string, (claims: Claims) => boolean>();

  /** Tokens got that way. */
  readonly exchangedTokens = new Set<string>();

  private constructor(readonly server: LabServer, readonly services: RegistryServices, readonly options: RegistryOptions) {
    this.packages = options.mirrorOf?.packages ?? new Map();
    this.tags = options.mirrorOf?.tags ?? new Map();
    this.keys = options.mirrorOf ? [] : options.keys ?? [new RegistryKey()];
    this.endpointKeys = this.keys.length > 0 ? this.keys : null;
    this.servesAttestations = options.mirrorOf === undefined;
  }

  static async start(services: RegistryServices, options: RegistryOptions = {}): Promise<LabRegistry> {
    let registry: LabRegistry | null = null;
    const server = await LabServer.start(request => answer(registry!, request));

    registry = new LabRegistry(server, services, options);
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

    const published = makePackage({name, version, manifest: fullManifest, tarball, time: time ?? new Date(this.services.clock.now().getTime() - TWO_DAYS)});
    published.signatures = signedBy.map(key => key.sign(published));

    if (publishAttestation)
      published.attestations.push(this.attestPublish(published, publishAttestation === true ? {} : publishAttestation));
    if (provenance)
      published.attestations.push(this.attest(published, provenance === true ? {} : provenance));

    return this.insert(published);
  }

  /** Puts a version into the registry as it is. */
  insert(published: LabPackage): LabPackage {
    const versions = this.packages.get(published.name) ?? new Map<string, LabPackage>();
    this.packages.set(published.name, versions.set(published.version, published));

    return published;
  }

  /** Mints an attestation for a version, dated at its publication; it is served only once it is in `attestations`. */
  attest(published: LabPackage, options: AttestOptions = {}): Attestation {
    return attest(published, options.sigstore ?? this.services.sigstore, {date: published.time, ...options});
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
  tamper(name: string, version: string, change: Change, scope: Scope = `both`): void {
    this.tampers.push({name, version, scope, change});
  }

  /** The same for the root document as a whole: its `time`, its tags, which versions it has. */
  tamperRoot(name: string, change: Change): void {
    this.tampers.push({name, version: null, scope: `root`, change});
  }

  /** The same for the list of attestations. */
  tamperAttestations(name: string, version: string, change: Change): void {
    this.tampers.push({name, version, scope: `attestations`, change});
  }

  override: LabServer[`override`] = (matcher, responder) => this.server.override(matcher, responder);

  mayRead(authorization = ``): boolean {
    return this.options.authorization === undefined || this.options.authorization === authorization || this.wasExchanged(authorization);
  }

  mayPublish(authorization = ``): boolean {
    return this.options.publishAuthorization === undefined || this.options.publishAuthorization === authorization || this.wasExchanged(authorization);
  }

  /** Null where the endpoint says 404. */
  getAttestations(name: string, version: string): Array<Attestation> | null {
    const published = this.servesAttestations ? this.packages.get(name)?.get(version) : undefined;
    if (!published)
      return null;

    const list = this.applyTampers(structuredClone(published.attestations), name, version, [`attestations`]);
    return published.attestations.length > 0 || list.length > 0 ? list : null;
  }

  getRootDocument(name: string, abbreviated: boolean): object | null {
    const versions = this.packages.get(name);
    if (!versions)
      return null;

    const document = documents.makeRootDocument(name, versions, {
      tags: this.tags.get(name) ?? new Map(),
      abbreviated,
      makeVersion: published => this.makeVersionDocument(published, `root`),
    });

    return this.applyTampers(document, name, null, [`root`]);
  }

  /** @param version a version or a tag */
  getVersionDocument(name: string, version: string): object | null {
    const versions = this.packages.get(name);
    const tagged = versions && documents.getTags(versions, this.tags.get(name) ?? new Map())[version];
    const published = versions?.get(tagged ?? version);

    return published ? this.makeVersionDocument(published, `small`) : null;
  }

  stop() {
    return this.server.stop();
  }

  private makeVersionDocument(published: LabPackage, scope: Scope): any {
    const origin = this.options.mirrorOf ?? this;
    const document = documents.makeVersionDocument(published, {registry: this.url, attestationsRegistry: origin.url});

    return this.applyTampers(document, published.name, published.version, [scope, `both`]);
  }

  private applyTampers(value: any, name: string, version: string | null, scopes: Array<Tamper[`scope`]>): any {
    return this.tampers
      .filter(tamper => tamper.name === name && tamper.version === version && scopes.includes(tamper.scope))
      .reduce((current, {change}) => change(current) ?? current, value);
  }

  private wasExchanged(authorization: string): boolean {
    return this.exchangedTokens.has(authorization.replace(/^Bearer /, ``));
  }
}

/** A version that nobody has signed. */
export function makePackage({name, version, manifest, tarball, time}: Pick<LabPackage, `name` | `version` | `manifest` | `tarball` | `time`>): LabPackage {
  return {name, version, manifest, tarball, integrity: getIntegrity(tarball), signatures: [], attestations: [], time};
}
