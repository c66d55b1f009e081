import {getField}                                                  from '../jsonFields';
import type {RegistryClient}                                       from '../network/registryClient';
import type {HttpResponse}                                         from '../network/types';

import {ensureObject}                                              from './decode/fields';
import {isJson}                                                    from './decode/parseJson';
import {decodeCatalogue, decodeHistory}                            from './decode/releases';
import {decodePublishTime, decodeRootVersion}                      from './decode/rootDocument';
import {decodeVersionDocument}                                     from './decode/versionDocument';
import {encodeSegment, getIdentPath}                               from './paths';
import {askQuestion, isRefusal}                                    from './question';
import type {Reply, Validator}                                     from './question';
import type {Catalogue, History, RegistryPackage, VersionDocument} from './types';

/** For all versions, and for one of them. */
const MAX_ROOT_BYTES = 64 * 1024 * 1024;
const MAX_VERSION_BYTES = 4 * 1024 * 1024;

/** The root document without what an installation does not need; registries that do not know it send the full one. */
const ABBREVIATED = `application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*`;
const FULL = `application/json`;
const FULL_HISTORY = `history`;

/** Whether a history that may be abbreviated tells all that there is to know. */
export type HistoryTest = (history: History) => boolean;

type DocumentReader = {
  readVersion: (pkg: RegistryPackage, known: Validator | null) => Promise<Reply<VersionDocument>>;
  readPublishTime: (pkg: RegistryPackage) => Promise<Reply<{time: Date | null}>>;
  /** From the abbreviated document where that is enough; null where it cannot be. */
  readHistory: (pkg: RegistryPackage, known: Validator | null, isEnough: HistoryTest | null) => Promise<Reply<History>>;
  /** All releases with their dist-tags, for a package whose version is not yet known. */
  readCatalogue: (pkg: Omit<RegistryPackage, `version`>, known: Validator | null) => Promise<Reply<Catalogue>>;
};

/**
 * Reads the smallest document that has what is needed: a few kilobytes for one
 * version, where the root document may take megabytes. Some registries do not
 * have the small one, some strip it of signatures: where the root document then
 * turns out to be better, its registry is asked for that one at once for the
 * rest of the run.
 */
export function makeDocumentReader(client: RegistryClient): DocumentReader {
  const rootFirst = new Set<string>();

  const readVersion = async (pkg: RegistryPackage, known: Validator | null): Promise<Reply<VersionDocument>> => {
    if (rootFirst.has(pkg.registry))
      return askRootDocument(client, pkg, known);

    const small = await askVersionDocument(client, pkg, known);
    if (small.status === `unchanged` || small.status === `unreachable` || isSigned(small))
      return small;

    const root = await askRootDocument(client, pkg, known);
    if (root.status === `unchanged` || isSigned(root) || (root.status === `found` && small.status !== `found`))
      rootFirst.add(pkg.registry);

    if (small.status !== `found`)
      return root;

    // A root document that could not be read leaves open whether there are
    // signatures: that is not the same as a version without any.
    if (root.status === `absent`)
      return small;

    return root.status === `found`
      ? {...root, value: {...root.value, repository: root.value.repository ?? small.value.repository}}
      : root;
  };

  const readPublishTime = async (pkg: RegistryPackage) => {
    return askRoot(client, pkg, FULL, null, root => ({time: decodePublishTime(root, pkg)}));
  };

  const readHistory = async (pkg: RegistryPackage, known: Validator | null, isEnough: HistoryTest | null): Promise<Reply<History>> => {
    if (isEnough !== null && known?.question !== FULL_HISTORY) {
      const abbreviated = await askRoot(client, pkg, ABBREVIATED, known, root => tryDecodeHistory(root, pkg), `abbreviated-history`);
      if (abbreviated.status === `unchanged` || abbreviated.status === `unreachable` || (abbreviated.status === `found` && isEnough(abbreviated.value))) {
        return abbreviated;
      }
    }

    return askRoot(client, pkg, FULL, known, root => {
      const history = tryDecodeHistory(root, pkg);
      // Registries that say no more than this have no more to say.
      return history && {...history, isFull: true};
    }, FULL_HISTORY);
  };

  const readCatalogue = async (pkg: Omit<RegistryPackage, `version`>, known: Validator | null) => {
    return askRoot(client, pkg, FULL, known, root => decodeCatalogue(root, pkg), `catalogue`);
  };

  return {readVersion, readPublishTime, readHistory, readCatalogue};
}

function tryDecodeHistory(root: unknown, pkg: RegistryPackage): History | null {
  const history = decodeHistory(root, pkg);
  return history.releases.some(({version}) => version === pkg.version) ? history : null;
}

function isSigned(reply: Reply<VersionDocument>): boolean {
  return reply.status === `found` && reply.value.signatures.length > 0;
}

async function askVersionDocument(client: RegistryClient, {ident, registry, version}: RegistryPackage, known: Validator | null): Promise<Reply<VersionDocument>> {
  return askQuestion({
    question: `version`,
    send: etag => client.get({
      registry,
      ident,
      path: `${getIdentPath(ident)}/${encodeSegment(version)}`,
      accept: FULL,
      etag,
      maxBytes: MAX_VERSION_BYTES,
    }),
    // Registries without this endpoint have been seen to answer with another
    // document: the root one, which may be too large, or that of a dist-tag.
    decode: value => getField(ensureObject(value, `the document`), `version`) === version
      ? decodeVersionDocument(value, `the document`)
      : null,
    notJson: `unreachable`,
    tooLarge: `absent`,
    saysAbsent: isRefusal,
  }, known);
}

async function askRootDocument(client: RegistryClient, pkg: RegistryPackage, known: Validator | null): Promise<Reply<VersionDocument>> {
  return askRoot(client, pkg, ABBREVIATED, known, root => decodeRootVersion(root, pkg));
}

async function askRoot<T>(client: RegistryClient, {ident, registry}: Pick<RegistryPackage, `ident` | `registry`>, accept: string, known: Validator | null, decode: (root: unknown) => T | null, question = `root`): Promise<Reply<T>> {
  return askQuestion({
    question,
    send: etag => client.get({registry, ident, path: getIdentPath(ident), accept, etag, maxBytes: MAX_ROOT_BYTES}),
    decode,
    notJson: `unreachable`,
    tooLarge: `unreachable`,
    saysAbsent: saysNoSuchPackage,
  }, known);
}

/**
 * Every registry has root documents: but for "not found" and "gone", a refusal
 * says something about the request or the registry, not about the package. And
 * it is the registry that has to say so: portals and proxies have pages of
 * their own for what they do not find.
 */
function saysNoSuchPackage({status, body}: HttpResponse): boolean {
  return (status === 404 || status === 410) && (body.length === 0 || isJson(body));
}
