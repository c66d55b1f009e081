import {createPublicKey, X509Certificate, type KeyObject}   from 'node:crypto';

import type {Clock}                                         from '../clock';
import type {Answer, Handler}                               from '../httpServer';

import {toPem}                                              from './certificate';
import {isSignedBy, type Envelope}                          from './dsse';
import {makeLogBody, stringifyLogBody, type EntryKind}      from './logBodies';
import {toBundleEntry, type LogEntry, type TransparencyLog} from './transparencyLog';

type Proposal = {kind: EntryKind, envelope: Envelope, verifier: string};

const ENTRIES_V1 = `/api/v1/log/entries`;
const ENTRIES_V2 = `/api/v2/log/entries`;

/** Rekor v1: entries `intoto` 0.0.2 and `dsse` 0.0.1. https://github.com/sigstore/rekor/blob/main/openapi.yaml */
export function makeRekorHandler(log: TransparencyLog, clock: Clock): Handler {
  return ({method, path, body}) => {
    if (method === `POST` && path === ENTRIES_V1) {
      const proposal = parseProposal(JSON.parse(body.toString()));
      return proposal === null
        ? refuse(400, `unsupported kind of entry`)
        : add(log, proposal, clock, entry => stringifyEntry(log, entry), uuid => `${ENTRIES_V1}/${uuid}`);
    }

    if (method === `GET` && path.startsWith(`${ENTRIES_V1}/`)) {
      const entry = log.tryGet(path.slice(ENTRIES_V1.length + 1));
      return entry && {body: stringifyEntry(log, entry)};
    }

    return null;
  };
}

/** Rekor v2: `dsse` 0.0.2. https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md */
export function makeRekorV2Handler(log: TransparencyLog, clock: Clock): Handler {
  return ({method, path, body}) => {
    if (method !== `POST` || path !== ENTRIES_V2)
      return null;

    const request = JSON.parse(body.toString()).dsseRequestV002;
    if (!request)
      return refuse(400, `unsupported kind of entry`);

    const {x509Certificate, publicKey} = request.verifiers[0];
    const verifier = x509Certificate
      ? toPem(Buffer.from(x509Certificate.rawBytes, `base64`))
      : createPublicKey({key: Buffer.from(publicKey.rawBytes, `base64`), format: `der`, type: `spki`}).export({format: `pem`, type: `spki`}).toString();

    return add(log, {kind: `dsse-v2`, envelope: request.envelope, verifier}, clock, entry => toBundleEntry(log, entry, {promise: false, proof: true}), () => ENTRIES_V2);
  };
}

function add(log: TransparencyLog, {kind, envelope, verifier}: Proposal, clock: Clock, stringify: (entry: LogEntry) => object, locate: (uuid: string) => string): Answer {
  if (!isSignedBy(envelope, readVerifier(verifier)))
    return refuse(400, `verifying signature: invalid signature when validating ASN.1 encoded signature`);

  const body = makeLogBody(kind, envelope, verifier);
  const uuid = log.getUuid(stringifyLogBody(body));

  if (log.tryGet(uuid))
    return {...refuse(409, `an equivalent entry already exists in the transparency log with UUID ${uuid}`), headers: {location: locate(uuid)}};

  return {status: 201, headers: {location: locate(uuid)}, body: stringify(log.add(body, clock.now()))};
}

function parseProposal({kind, apiVersion, spec}: any): Proposal | null {
  if (kind === `dsse` && apiVersion === `0.0.1`)
    return {kind, envelope: withKeyids(JSON.parse(spec.proposedContent.envelope)), verifier: decode(spec.proposedContent.verifiers[0])};

  if (kind === `intoto` && apiVersion === `0.0.2`) {
    const {payload, payloadType, signatures} = spec.content.envelope;
    const [{sig, keyid = ``, publicKey}] = signatures;
    return {kind, envelope: {payload: decode(payload), payloadType, signatures: [{sig: decode(sig), keyid}]}, verifier: decode(publicKey)};
  }

  return null;
}

/** Version 1 answers with a map of one. */
function stringifyEntry(log: TransparencyLog, {uuid, body, integratedTime, logIndex, proof, signedEntryTimestamp}: LogEntry) {
  return {[uuid]: {
    body: body.toString(`base64`),
    integratedTime,
    logID: log.logId.toString(`hex`),
    logIndex,
    verification: {
      inclusionProof: {
        checkpoint: proof.checkpoint,
        hashes: proof.hashes.map(hash => hash.toString(`hex`)),
        logIndex: proof.logIndex,
        rootHash: proof.rootHash.toString(`hex`),
        treeSize: proof.treeSize,
      },
      signedEntryTimestamp: signedEntryTimestamp?.toString(`base64`),
    },
  }};
}

function readVerifier(pem: string): KeyObject {
  return pem.includes(`BEGIN CERTIFICATE`) ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

const decode = (text: string) => Buffer.from(text, `base64`).toString();

const withKeyids = (envelope: Envelope): Envelope => ({...envelope, signatures: envelope.signatures.map(signature => ({...signature, keyid: signature.keyid ?? ``}))});

const refuse = (status: number, message: string) => ({status, body: {code: status, message}});
