import {bundleToJSON, type SerializedBundle} from '@sigstore/bundle';
import {DSSEBundleBuilder}                   from '@sigstore/sign/dist/bundler/dsse';
import type {Witness}                        from '@sigstore/sign/dist/witness';
import type {Configuration}                  from '@yarnpkg/core';

import type {HttpClient}                     from '../../network/types';
import {INTOTO_PAYLOAD_TYPE}                 from '../../verification/statement';
import type {IdentityToken}                  from '../identityToken';

import {makeFulcioSigner}                    from './fulcioSigner';
import {makeRekorWitness}                    from './rekorWitness';
import type {SigningService}                 from './signingService';
import {makeTimestampWitness}                from './timestampWitness';

type SigningContext = {
  configuration: Configuration;
  http: HttpClient;
  token: IdentityToken;
};

/**
 * Signs a statement as the job that the identity token stands for, and enters
 * the signature into the transparency log.
 *
 * @throws SigningError
 */
export async function signStatement(payload: Buffer, {configuration, http, token}: SigningContext): Promise<SerializedBundle> {
  const makeService = (server: string): SigningService => ({http, server, retries: configuration.get(`httpRetry`)});
  const timestampServer = configuration.get(`npmSigstoreTsaServer`);

  const builder = new DSSEBundleBuilder({
    signer: makeFulcioSigner(makeService(configuration.get(`npmSigstoreFulcioServer`)), token),
    witnesses: [inOrder([
      ...timestampServer ? [makeTimestampWitness(makeService(timestampServer))] : [],
      makeRekorWitness(makeService(configuration.get(`npmSigstoreRekorServer`))),
    ])],
  });

  return bundleToJSON(await builder.create({data: payload, type: INTOTO_PAYLOAD_TYPE}));
}

/** The log comes last, so that no failure of another witness leaves an entry that nobody needs. */
function inOrder(witnesses: Array<Witness>): Witness {
  return {
    testify: async (content, publicKey) => {
      const material = {};
      for (const witness of witnesses)
        Object.assign(material, await witness.testify(content, publicKey));

      return material;
    },
  };
}
