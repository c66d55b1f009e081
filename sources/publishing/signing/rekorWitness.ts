import type {TransparencyLogEntry}                    from '@sigstore/bundle';
import {toProposedEntry}                              from '@sigstore/sign/dist/witness/tlog/entry';
import type {Witness}                                 from '@sigstore/sign/dist/witness';

import {parseJson}                                    from '../../evidence/decode/parseJson';
import {getField, getText}                            from '../../jsonFields';
import {NetworkFault}                                 from '../../network/types';
import type {HttpResponse}                            from '../../network/types';

import {SigningError}                                 from './signingError';
import {describeFault, describeRefusal, getUrl, send} from './signingService';
import type {SigningService}                          from './signingService';

const ENTRIES = `/api/v1/log/entries`;

/**
 * Enters a signature into a Rekor log. What comes back is not trusted: the
 * bundle that it becomes part of is verified before anybody gets to see it.
 * https://github.com/sigstore/rekor/blob/main/openapi.yaml
 */
export function makeRekorWitness(rekor: SigningService): Witness {
  return {
    testify: async (content, publicKey) => {
      const proposed = toProposedEntry(content, publicKey, `dsse`);
      const response = await upload(rekor, Buffer.from(JSON.stringify(proposed)));

      return {tlogEntries: [parseEntry(response.body)]};
    },
  };
}

async function upload(rekor: SigningService, body: Buffer): Promise<HttpResponse> {
  const response = await send(rekor, {url: getUrl(rekor, ENTRIES), body, headers: {accept: `application/json`}}).catch(error => {
    const sent = error instanceof NetworkFault && error.code !== `disabled` && error.code !== `insecure`;
    throw new SigningError(`The transparency log could not be asked: ${describeFault(error)}`, sent ? `unknown` : `none`, {cause: error});
  });

  if (response.status === 200 || response.status === 201)
    return response;

  // An answer was lost and the request repeated: the entry is there already.
  if (response.status === 409)
    return await fetchExisting(rekor, response);

  throw new SigningError(`The transparency log refused the entry (${describeRefusal(response)})`, response.status < 500 ? `none` : `unknown`);
}

/** Only the entry's id is taken from the answer: the log that is asked is that of the settings. */
async function fetchExisting(rekor: SigningService, {headers: {location}}: HttpResponse): Promise<HttpResponse> {
  const [id] = /[0-9a-f]{64,80}$/.exec(location ?? ``) ?? [];
  if (typeof id === `undefined`)
    throw new SigningError(`The transparency log has an equivalent entry but does not say which`, `written`);

  const response = await send(rekor, {url: getUrl(rekor, `${ENTRIES}/${id}`), headers: {accept: `application/json`}}).catch(error => {
    throw new SigningError(`The existing entry of the transparency log could not be fetched: ${describeFault(error)}`, `written`, {cause: error});
  });

  if (response.status !== 200)
    throw new SigningError(`The existing entry of the transparency log could not be fetched (${describeRefusal(response)})`, `written`);

  return response;
}

/** `{<entry id>: {body, integratedTime, logID, logIndex, verification}}` */
function parseEntry(body: Buffer): TransparencyLogEntry {
  try {
    const entries = Object.values(parseJson(body) as {});
    if (entries.length !== 1)
      throw new Error(`${entries.length} entries`);

    const [entry] = entries;
    const canonicalizedBody = Buffer.from(ensureText(entry, `body`), `base64`);
    const {kind, apiVersion} = parseJson(canonicalizedBody) as {kind: string, apiVersion: string};
    const promise = getText(entry, `verification`, `signedEntryTimestamp`);

    return {
      logIndex: ensureInteger(entry, `logIndex`),
      logId: {keyId: Buffer.from(ensureText(entry, `logID`), `hex`)},
      integratedTime: ensureInteger(entry, `integratedTime`),
      kindVersion: {kind, version: apiVersion},
      inclusionPromise: promise ? {signedEntryTimestamp: Buffer.from(promise, `base64`)} : undefined,
      inclusionProof: parseInclusionProof(getField(entry, `verification`, `inclusionProof`)),
      canonicalizedBody,
    };
  } catch (error) {
    throw new SigningError(`The transparency log answered with something that is not an entry (${(error as Error).message})`, `written`, {cause: error});
  }
}

function parseInclusionProof(proof: unknown): TransparencyLogEntry[`inclusionProof`] {
  const hashes = getField(proof, `hashes`);
  if (!Array.isArray(hashes))
    return undefined;

  return {
    logIndex: ensureInteger(proof, `logIndex`),
    treeSize: ensureInteger(proof, `treeSize`),
    rootHash: Buffer.from(ensureText(proof, `rootHash`), `hex`),
    hashes: hashes.map(hash => Buffer.from(String(hash), `hex`)),
    checkpoint: {envelope: ensureText(proof, `checkpoint`)},
  };
}

function ensureText(value: unknown, field: string): string {
  const text = getText(value, field);
  if (text === null)
    throw new Error(`${field} is missing`);

  return text;
}

function ensureInteger(value: unknown, field: string): string {
  const number = getField(value, field);
  if (!Number.isSafeInteger(number))
    throw new Error(`${field} is not an integer`);

  return String(number);
}
