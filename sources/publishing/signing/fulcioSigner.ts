import {EphemeralSigner}                              from '@sigstore/sign/dist/signer/fulcio/ephemeral';
import type {Signer}                                  from '@sigstore/sign/dist/signer';

import {parseJson}                                    from '../../evidence/decode/parseJson';
import {getText}                                      from '../../jsonFields';
import type {IdentityToken}                           from '../identityToken';

import {SigningError}                                 from './signingError';
import {describeFault, describeRefusal, getUrl, send} from './signingService';
import type {SigningService}                          from './signingService';

/**
 * Signs with a key that lives in memory only, and for which Fulcio issues a
 * certificate to whoever the identity token stands for.
 * https://github.com/sigstore/fulcio/blob/main/fulcio.proto
 */
export function makeFulcioSigner(fulcio: SigningService, token: IdentityToken): Signer {
  const key = new EphemeralSigner();

  return {
    sign: async data => {
      // Proves to Fulcio that the key is in the hands of the token's owner.
      const challenge = await key.sign(Buffer.from(token.challenge));
      const certificate = await requestCertificate(fulcio, token, {
        credentials: {oidcIdentityToken: token.raw},
        publicKeyRequest: {
          publicKey: {algorithm: `ECDSA`, content: getPublicKey(challenge.key)},
          proofOfPossession: challenge.signature.toString(`base64`),
        },
      });

      const {signature} = await key.sign(data);
      return {signature, key: {$case: `x509Certificate`, certificate}};
    },
  };
}

type KeyMaterial = Awaited<ReturnType<Signer[`sign`]>>[`key`];

function getPublicKey(key: KeyMaterial): string {
  if (key.$case !== `publicKey`)
    throw new Error(`Assertion failed: Expected an ephemeral key`);

  return key.publicKey;
}

async function requestCertificate(fulcio: SigningService, token: IdentityToken, request: unknown): Promise<string> {
  const url = getUrl(fulcio, `/api/v2/signingCert`);
  const response = await send(fulcio, {url, body: Buffer.from(JSON.stringify(request))}).catch(error => {
    throw new SigningError(`The certificate authority could not be asked: ${describeFault(error)}`, `none`, {cause: error});
  });

  // An answer that quotes the request must not bring the token into a job's output.
  if (response.status !== 200 && response.status !== 201)
    throw new SigningError(`The certificate authority refused the identity of this job (${describeRefusal(response).replaceAll(token.raw, `***`)}); where it speaks of times, check the clock of this machine`, `none`);

  const document = tryParse(response.body);
  for (const kind of [`signedCertificateEmbeddedSct`, `signedCertificateDetachedSct`]) {
    const certificate = getText(document, kind, `chain`, `certificates`, 0);
    if (certificate !== null) {
      return certificate;
    }
  }

  throw new SigningError(`The certificate authority answered with something that is not a certificate (npmSigstoreFulcioServer)`, `none`);
}

function tryParse(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch {
    return null;
  }
}
