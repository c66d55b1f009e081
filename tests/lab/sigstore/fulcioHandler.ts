import {createPublicKey, verify}                          from 'node:crypto';

import {GITHUB_ISSUER, GITLAB_ISSUER}                     from '../claims';
import type {Clock}                                       from '../clock';
import type {Answer, Handler}                             from '../httpServer';
import {decodeClaims, type Claims, type IdentityProvider} from '../identityProvider';

import {toPem}                                            from './certificate';
import {fromEmail, fromGithub, fromGitlab, type Identity} from './identity';
import type {SigstoreInstance}                            from './sigstoreInstance';

const AUDIENCE = `sigstore`;

/** Fulcio's way of exchanging an identity token for a certificate. https://github.com/sigstore/fulcio/blob/main/fulcio.proto */
export function makeFulcioHandler(sigstore: SigstoreInstance, providers: Array<IdentityProvider>, clock: Clock): Handler {
  return ({method, path, body}) => {
    if (method !== `POST` || path !== `/api/v2/signingCert`)
      return null;

    const request = JSON.parse(body.toString());
    const claims = checkToken(request.credentials?.oidcIdentityToken ?? ``, providers);
    if (typeof claims === `string`)
      return refuse(401, `There was an error processing the identity token: ${claims}`);

    const publicKey = createPublicKey(request.publicKeyRequest.publicKey.content);
    const proof = Buffer.from(request.publicKeyRequest.proofOfPossession, `base64`);
    const challenges = [claims.sub, claims.email].filter(challenge => typeof challenge === `string`);

    if (!challenges.some(challenge => verify(`sha256`, Buffer.from(challenge), publicKey, proof)))
      return refuse(400, `The signature supplied in the request could not be verified`);

    const identity = toIdentity(claims);
    if (identity === null)
      return refuse(400, `The identity token holds no e-mail address that its issuer has verified`);

    const leaf = sigstore.authority.issue({publicKey, ...identity, notBefore: clock.now()});
    const {intermediate, root} = sigstore.authority.chain;

    return {status: 201, body: {signedCertificateEmbeddedSct: {chain: {certificates: [leaf, intermediate, root].map(toPem)}}}};
  };
}

function checkToken(token: string, providers: Array<IdentityProvider>): Claims | string {
  const issuer = decodeClaims(token)?.iss;
  const provider = providers.find(candidate => candidate.issuer === issuer);

  return provider ? provider.check(token, [AUDIENCE]) : `the issuer is not known`;
}

/** CI systems are known by name; everybody else is a person. */
function toIdentity(claims: Claims): Identity | null {
  if (claims.iss === GITHUB_ISSUER)
    return fromGithub(claims as never);
  if (claims.iss === GITLAB_ISSUER)
    return fromGitlab(claims as never);

  return claims.email_verified === true ? fromEmail(`${claims.email}`, `${claims.iss}`) : null;
}

const refuse = (status: number, message: string): Answer => ({status, body: {code: status === 401 ? 16 : 3, message, details: []}});
