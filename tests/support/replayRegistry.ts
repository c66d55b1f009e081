import {execFileSync}                                                           from 'node:child_process';

import {LabServer, type Answer, type LabRequest}                                from '../lab/httpServer';

import {readEvidence, readEvidenceFolder, type RealPackage, type RealSignature} from './realEvidence';

/** What is known of one version, beside what the machine's registry serves. */
export type Replayed = {
  signatures: Array<{keyid: string, sig: string}>;
  attestations: RealPackage[`attestations`];
  /** ISO 8601; null where nobody knows. */
  time: string | null;
};

const PACKAGE = `((?:@[^/]+/)?[^/@-][^/]*)`;

const ROUTES = {
  attestations: /^\/-\/npm\/v1\/attestations\/(.+@[^@]+)$/,
  root: new RegExp(`^/${PACKAGE}$`),
  file: new RegExp(`^/${PACKAGE}/-/([^/]+\\.tgz)$`),
  version: new RegExp(`^/${PACKAGE}/([^/]+)$`),
};

/**
 * The public registry as it is known to be: documents and tarballs are those
 * of the registry that this machine has configured for npm, which may have lost
 * signatures and attestations on the way; these are added back.
 */
export class ReplayRegistry {
  /** By `name@version`; tests put other things in. */
  readonly replayed = readReplayed();

  private readonly upstream = getMachineRegistry();
  private readonly asked = new Map<string, Promise<Buffer | null>>();

  private constructor(readonly server: LabServer) {}

  static async start(): Promise<ReplayRegistry> {
    let registry: ReplayRegistry | null = null;
    const server = await LabServer.start(request => registry!.answer(request));

    registry = new ReplayRegistry(server);
    return registry;
  }

  private async answer(request: LabRequest): Promise<Answer | null> {
    const match = (route: keyof typeof ROUTES) => request.path.match(ROUTES[route])?.slice(1) as [string, string] | undefined;
    const base = `${request.headers[`x-forwarded-proto`] ?? `http`}://${request.headers.host}`;

    const attestations = match(`attestations`);
    if (attestations) {
      const list = this.replayed.get(attestations[0])?.attestations ?? [];
      return list.length > 0 ? {body: {attestations: list}} : null;
    }

    const root = match(`root`);
    if (root)
      return toAnswer(await this.getRoot(root[0], base));

    const file = match(`file`);
    if (file)
      return toAnswer(await this.ask(`/${file[0]}/-/${file[1]}`));

    const version = match(`version`);
    return version ? toAnswer(await this.getVersion(...version, base)) : null;
  }

  private async getRoot(name: string, base: string) {
    const root = await this.askJson(`/${encode(name)}`);
    if (root === null)
      return null;

    // The times of a mirror are those of its imports.
    const time: Record<string, string> = {...root.time};
    for (const version of Object.keys(root.versions))
      time[version] = this.replayed.get(`${name}@${version}`)?.time ?? time[version]!;

    const versions = Object.fromEntries(Object.entries(root.versions).map(([version, document]) => [version, this.complete(document, base)]));
    return {...root, time, versions};
  }

  private async getVersion(name: string, version: string, base: string) {
    const document = await this.askJson(`/${encode(name)}/${version}`);
    return document && this.complete(document, base);
  }

  private complete(document: any, base: string) {
    const {name, version} = document;
    const file = `${name.replace(/^@[^/]+\//, ``)}-${version}.tgz`;

    const {signatures: ignored, attestations: alsoIgnored, ...dist} = document.dist ?? {};
    const known = this.replayed.get(`${name}@${version}`);
    const provenance = known?.attestations.find(({predicateType}) => predicateType.startsWith(`https://slsa.dev/provenance/`));

    return {...document, dist: {
      ...dist,
      tarball: `${base}/${name}/-/${file}`,
      ...known && known.signatures.length > 0 && {signatures: known.signatures},
      ...known && known.attestations.length > 0 && {attestations: {
        url: `${base}/-/npm/v1/attestations/${encode(name)}@${version}`,
        ...provenance && {provenance: {predicateType: provenance.predicateType}},
      }},
    }};
  }

  private async askJson(path: string) {
    const body = await this.ask(path);
    return body && JSON.parse(body.toString());
  }

  private ask(path: string): Promise<Buffer | null> {
    const answer = this.asked.get(path) ?? fetch(`${this.upstream}${path}`).then(async response => {
      const body = Buffer.from(await response.arrayBuffer());
      if (!response.ok && response.status !== 404)
        throw new Error(`The registry of this machine answered HTTP ${response.status} to ${path}`);

      return response.ok ? body : null;
    });

    this.asked.set(path, answer);
    return answer;
  }
}

/** Where this machine finds its packages: what `npm test` tells Yarn, or else what npm is configured to use. */
function getMachineRegistry(): string {
  const registry = process.env.YARN_NPM_REGISTRY_SERVER ?? execFileSync(`npm`, [`config`, `get`, `registry`], {
    encoding: `utf8`,
    stdio: [`ignore`, `pipe`, `ignore`],
    shell: process.platform === `win32`,
  });

  return registry.trim().replace(/\/+$/, ``);
}

const encode = (name: string) => name.replace(`/`, `%2f`);
const toAnswer = (body: Buffer | object | null): Answer | null => body && {body};

function readReplayed(): Map<string, Replayed> {
  const replayed = new Map<string, Replayed>();

  for (const {name, version, keyid, sig, time} of readEvidence<{positives: Array<RealSignature>}>(`signatures.json`).positives)
    replayed.set(`${name}@${version}`, {signatures: [{keyid, sig}], attestations: [], time: new Date(time).toISOString()});

  for (const {name, version, attestations, time} of readEvidenceFolder<RealPackage>(`packages`)) {
    const id = `${name}@${version}`;
    replayed.set(id, {signatures: replayed.get(id)?.signatures ?? [], attestations, time});
  }

  return replayed;
}
