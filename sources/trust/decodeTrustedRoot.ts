import {TrustedRoot}     from '@sigstore/protobuf-specs';
import {toTrustMaterial} from '@sigstore/verify';

/**
 * Reads a trusted root. Throws an `Error` that says why for anything that
 * nothing could be verified with: the generated decoder takes whatever it
 * gets, and would turn an empty object into an empty root.
 *
 * https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 */
export function decodeTrustedRoot(document: unknown): TrustedRoot {
  if (typeof document !== `object` || document === null)
    throw new Error(`it is not a JSON object`);

  const root = TrustedRoot.fromJSON(document);

  if (!/^application\/vnd\.dev\.sigstore\.trustedroot[+.]/.test(root.mediaType))
    throw new Error(`its mediaType is not that of a Sigstore trusted root`);
  if (root.certificateAuthorities.length === 0 && root.tlogs.length === 0)
    throw new Error(`it names no certificate authority and no transparency log`);

  // Parses every key and certificate in it.
  toTrustMaterial(root);

  return root;
}
