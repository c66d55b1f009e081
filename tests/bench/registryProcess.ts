import {readFileSync}                                   from 'node:fs';
import path                                             from 'node:path';
import {setTimeout}                                     from 'node:timers/promises';
import {gunzipSync, gzipSync}                           from 'node:zlib';

import {LabServer, type Answer, type LabRequest}        from '../lab/httpServer';
import {TufRepository}                                  from '../lab/tuf';

import {getDataset, KINDS, REGISTRY_PORT, REGISTRY_URL} from './dataset';
import type {Dataset, Kind}                             from './dataset';

/** What the benchmark can ask of the registry. */
export type RegistryOrder = {
  /** Milliseconds before each answer, from now on. */
  latency: number;
  /** The package whose signature is broken, from now on. */
  tampered: string | null;
};

/** The answer to each order, with what happened since the last one. */
export type RegistryReport = {
  tufUrl: string;
  tufRoot: string;
  requests: number;
  /** Of bodies, as sent. */
  bytes: number;
};

/**
 * A registry and its TUF repository in a process of their own, so that what
 * they cost is not counted with what they are asked by. Started with the size
 * of the data set; takes orders from its parent.
 */
async function main() {
  const dataset = await getDataset(Number(process.argv[2]));
  const packs = new Map(KINDS.map(kind => [kind, readFileSync(path.join(dataset.folder, `${kind}.pack`))]));
  let order: RegistryOrder = {latency: 0, tampered: null};

  const tuf = new TufRepository();
  tuf.setTarget(`trusted_root.json`, dataset.trustedRoot);
  tuf.setTarget(`${new URL(REGISTRY_URL).host}/keys.json`, dataset.keys.target);
  tuf.publish();

  const withLatency = (handler: (request: LabRequest) => Answer | null) => async (request: LabRequest) => {
    if (order.latency > 0)
      await setTimeout(order.latency);

    return handler(request);
  };

  const registry = await LabServer.start(withLatency(request => answer(request, dataset, packs, order.tampered)), REGISTRY_PORT);
  const tufServer = await LabServer.start(withLatency(request => tuf.handle(request)));

  process.on(`message`, (next: RegistryOrder) => {
    const report: RegistryReport = {
      tufUrl: tufServer.url,
      tufRoot: tuf.initialRoot.toString(),
      requests: registry.requests.length + tufServer.requests.length,
      bytes: registry.bytes + tufServer.bytes,
    };

    for (const server of [registry, tufServer])
      server.forgetRequests();

    order = next;
    process.send!(report);
  });

  process.on(`disconnect`, () => process.exit());
  process.send!(`ready`);
}

function answer({path, headers}: LabRequest, {index, keys}: Dataset, packs: Map<Kind, Buffer>, tampered: string | null): Answer | null {
  if (path === `/-/npm/v1/keys`)
    return {body: keys.endpoint};

  const isAbbreviated = headers.accept?.includes(`application/vnd.npm.install-v1+json`) ?? false;
  const kinds = KINDS.filter(kind => kind !== (isAbbreviated ? `root` : `abbreviated`));

  const kind = kinds.find(kind => Object.hasOwn(index[kind], path));
  if (!kind)
    return null;

  const [offset, length, etag] = index[kind][path]!;
  const body = packs.get(kind)!.subarray(offset, offset + length);

  if (kind === `tarball`)
    return {headers: {'content-type': `application/octet-stream`}, body};

  const isTampered = tampered !== null && (path === `/${tampered}` || path.startsWith(`/${tampered}/`));
  if (headers[`if-none-match`] === etag && !isTampered)
    return {status: 304, headers: {etag}};

  return {
    headers: {'content-type': `application/json`, 'content-encoding': `gzip`, 'cache-control': `public, max-age=300`, vary: `accept-encoding, accept`, ...!isTampered && {etag}},
    body: isTampered ? breakSignatures(body) : body,
  };
}

/** The signature stays one, but of something else. */
function breakSignatures(body: Buffer): Buffer {
  const broken = gunzipSync(body).toString().replace(/("sig":"[^"]{40})(.)/g, (_, start, character) => `${start}${character === `A` ? `B` : `A`}`);
  return gzipSync(broken);
}

void main();
