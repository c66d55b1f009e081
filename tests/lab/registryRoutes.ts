import {createHash}                     from 'node:crypto';

import type {Answer, LabRequest}        from './httpServer';
import {exchangeIdentityToken, publish} from './publishEndpoint';
import * as documents                   from './registryDocuments';
import {makeKeysAnswer}                 from './registryKey';
import type {LabPackage, LabRegistry}   from './registry';

const PACKAGE = `(@[^/]+/[^/]+|[^/@-][^/]*)`;

const ROUTES = {
  attestations: /^\/-\/npm\/v1\/attestations\/(.+)@([^@]+)$/,
  exchange: new RegExp(`^/-/npm/v1/oidc/token/exchange/package/${PACKAGE}$`),
  stage: new RegExp(`^/-/stage/package/${PACKAGE}$`),
  visibility: new RegExp(`^/-/package/${PACKAGE}/visibility$`),
  package: new RegExp(`^/${PACKAGE}$`),
  file: new RegExp(`^/${PACKAGE}/(-/.+)$`),
  version: new RegExp(`^/${PACKAGE}/([^/]+)$`),
};

/** Answers as npm's registry does; paths have their percent signs decoded already, so that all spellings of a name are one. */
export function answer(registry: LabRegistry, request: LabRequest): Answer | null {
  const {path: folder = ``} = registry.options;
  if (!request.path.startsWith(`${folder}/`))
    return null;

  const path = request.path.slice(folder.length);
  const match = (route: keyof typeof ROUTES) => path.match(ROUTES[route]);

  // Asked with an identity token, before there are any credentials.
  const exchange = match(`exchange`);
  if (exchange)
    return request.method === `POST` ? exchangeIdentityToken(registry, exchange[1]!, request) : null;

  const {authorization} = request.headers;
  if (!registry.mayRead(authorization))
    return {status: 401, body: {error: `Unauthorized`}};

  if (request.method === `GET`)
    return withEtag(request, read(registry, path, request));

  const upload = request.method === `PUT` ? match(`package`) : request.method === `POST` ? match(`stage`) : null;
  if (!upload)
    return null;

  return registry.mayPublish(authorization)
    ? publish(registry, upload[1]!, request, {staged: request.method === `POST`})
    : {status: 401, body: {error: `Unauthorized`}};
}

function read(registry: LabRegistry, path: string, request: LabRequest): Answer | null {
  if (path === `/-/npm/v1/keys`)
    return registry.endpointKeys && {body: makeKeysAnswer(registry.endpointKeys)};

  if (path === `/-/whoami`)
    return {body: {username: `lab`}};

  const match = (route: keyof typeof ROUTES) => path.match(ROUTES[route]);

  const attestations = match(`attestations`);
  if (attestations) {
    const list = registry.getAttestations(attestations[1]!, attestations[2]!);
    return list && {body: {attestations: list}};
  }

  const visibility = match(`visibility`);
  if (visibility)
    return registry.packages.has(visibility[1]!) ? {body: {public: !registry.restricted.has(visibility[1]!)}} : null;

  const root = match(`package`);
  if (root) {
    const document = registry.getRootDocument(root[1]!, isAbbreviated(request));
    return document && {body: document};
  }

  const file = match(`file`);
  if (file)
    return getTarball([...registry.packages.get(file[1]!)?.values() ?? []], file[2]!);

  const version = match(`version`);
  const document = version && registry.getVersionDocument(version[1]!, version[2]!);
  return document && {body: document};
}

function getTarball(versions: Array<LabPackage>, path: string): Answer | null {
  const published = versions.find(candidate => path === documents.getTarballPath(candidate));
  return published ? {headers: {'content-type': `application/octet-stream`}, body: published.tarball} : null;
}

const isAbbreviated = (request: LabRequest) => request.headers.accept?.includes(`application/vnd.npm.install-v1+json`) ?? false;

/** Documents may be asked for conditionally. */
function withEtag(request: LabRequest, given: Answer | null): Answer | null {
  if (given === null || `write` in given || Buffer.isBuffer(given.body))
    return given;

  const etag = `"${createHash(`sha1`).update(JSON.stringify(given.body)).digest(`hex`)}"`;
  return request.headers[`if-none-match`] === etag ? {status: 304, headers: {etag}} : {...given, headers: {...given.headers, etag}};
}
