import {randomUUID}                                     from 'node:crypto';

import type {Answer, LabRequest}                        from './httpServer';
import {decodeClaims}                                   from './identityProvider';
import {findProvenanceFault}                            from './publishRules';
import {makePackage, type LabPackage, type LabRegistry} from './registry';

type Upload = {published: LabPackage, access: string | undefined, tags: Record<string, string>, bundle: any};

/** `PUT /<name>`, and `POST /-/stage/package/<name>`: the document with the tarball and the bundle in it. */
export function publish(registry: LabRegistry, name: string, request: LabRequest, {staged}: {staged: boolean}): Answer {
  const upload = readUpload(registry, name, JSON.parse(request.body.toString()));
  if (typeof upload === `string`)
    return refuse(400, upload);

  const {published, access, tags, bundle} = upload;
  const {version} = published;

  if (registry.packages.get(name)?.has(version))
    return refuse(403, `You cannot publish over the previously published versions: ${version}.`);

  const isPublic = access === `restricted` ? false : access === `public` || !name.startsWith(`@`) || !registry.restricted.has(name);

  if (bundle !== null) {
    const fault = isPublic
      ? findProvenanceFault(published, bundle, registry.services.sigstore)
      : `Unsupported access: only public packages can be published with provenance.`;

    if (fault !== null) {
      return refuse(422, `Error verifying sigstore provenance bundle: ${fault}`);
    }
  }

  sign(registry, published, bundle);

  if (staged) {
    registry.staged.push(published);
    return {status: 201, body: {success: true, stageId: randomUUID()}};
  }

  if (!isPublic)
    registry.restricted.add(name);

  registry.tags.set(name, new Map([...registry.tags.get(name) ?? [], ...Object.entries(tags)]));
  registry.insert(published);

  return {status: 201, body: {success: true}};
}

/** `POST /-/npm/v1/oidc/token/exchange/package/<name>`. https://docs.npmjs.com/trusted-publishers */
export function exchangeIdentityToken(registry: LabRegistry, name: string, request: LabRequest): Answer {
  const token = request.headers.authorization?.replace(/^Bearer /, ``) ?? ``;
  const {host, hostname} = new URL(registry.url);

  const isTrusted = registry.trustedPublishers.get(name);
  if (!isTrusted)
    return {status: 404, body: {message: `OIDC token exchange error - package not found`}};

  const issuer = decodeClaims(token)?.iss;
  const provider = registry.services.identityProviders.find(candidate => candidate.issuer === issuer);
  const claims = provider?.check(token, [`npm:${host}`, `npm:${hostname}`]);

  if (typeof claims !== `object` || !isTrusted(claims))
    return {status: 401, body: {message: `OIDC token exchange error - the token is not of a trusted publisher`}};

  const exchanged = `npm_${randomUUID()}`;
  registry.exchangedTokens.add(exchanged);

  return {status: 201, body: {token: exchanged, token_type: `oidc`}};
}

function readUpload(registry: LabRegistry, name: string, body: any): Upload | string {
  const [[version, manifest] = [``, null], ...others] = Object.entries<any>(body.versions ?? {});
  const attachments = Object.entries<any>(body._attachments ?? {});

  const tarball = attachments.find(([file]) => file === `${name}-${version}.tgz`)?.[1];
  const bundle = attachments.find(([file]) => file === `${name}-${version}.sigstore`)?.[1];

  if (body.name !== name || manifest?.name !== name || manifest.version !== version || others.length > 0)
    return `The document has to hold one version of ${name}`;
  if (!tarball)
    return `The document holds no tarball`;

  const {dist, ...rest} = manifest;
  const published = makePackage({name, version, manifest: rest, tarball: Buffer.from(tarball.data, `base64`), time: registry.services.clock.now()});

  if (dist?.integrity !== published.integrity)
    return `The tarball's integrity is ${published.integrity}, not ${dist?.integrity}`;

  return {published, access: body.access, tags: body[`dist-tags`] ?? {}, bundle: bundle ? JSON.parse(bundle.data) : null};
}

/** What the registry adds to an upload that it accepts. */
function sign(registry: LabRegistry, published: LabPackage, bundle: any): void {
  published.signatures = registry.keys.slice(0, 1).map(key => key.sign(published));

  if (bundle !== null) {
    const {predicateType} = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, `base64`).toString());
    published.attestations = [registry.attestPublish(published), {predicateType, bundle}];
  }
}

const refuse = (status: number, error: string): Answer => ({status, body: {success: false, error}});
