import {describe, expect, it}                             from 'vitest';

import {NetworkFault}                                     from '../../../sources/network/types';
import type {HttpRequest, HttpResponse, NetworkFaultCode} from '../../../sources/network/types';
import {makeRekorWitness}                                 from '../../../sources/publishing/signing/rekorWitness';
import {SigningError}                                     from '../../../sources/publishing/signing/signingError';

const server = `https://rekor.example.org/folder/`;
const id = `24296fb24b8ad77a`.padEnd(80, `0`);

const entry = {
  body: Buffer.from(JSON.stringify({kind: `dsse`, apiVersion: `0.0.1`})).toString(`base64`),
  integratedTime: 1700000000,
  logID: `c0d2`.repeat(16),
  logIndex: 42,
  verification: {
    signedEntryTimestamp: `c2V0`,
    inclusionProof: {checkpoint: `checkpoint`, hashes: [`aa`, `bb`], logIndex: 7, rootHash: `cc`, treeSize: 8},
  },
};

const envelope = {
  $case: `dsseEnvelope` as const,
  dsseEnvelope: {payload: Buffer.from(`{}`), payloadType: `application/vnd.in-toto+json`, signatures: [{keyid: ``, sig: Buffer.from(`signature`)}]},
};

type Answer = Partial<HttpResponse> | {json: unknown, status?: number} | NetworkFault;

/** Testifies against a log that gives these answers, one after another. */
async function testify(...answers: Array<Answer>) {
  const requests: Array<HttpRequest> = [];

  const witness = makeRekorWitness({server, retries: 3, http: {
    close: () => {},
    traffic: {requests: 0, bytes: 0},
    request: async request => {
      requests.push(request);

      const answer = answers.shift()!;
      if (answer instanceof NetworkFault)
        throw answer;

      const body = `json` in answer ? Buffer.from(JSON.stringify(answer.json)) : Buffer.alloc(0);
      return {headers: {}, body, status: 201, ...answer};
    },
  }});

  const result = await witness.testify(envelope, `certificate`).catch(error => error);
  return {requests, result};
}

const fault = (code: NetworkFaultCode) => new NetworkFault(code, `no answer`);

describe(`the transparency log`, () => {
  it(`should be given an entry, and its answer be read`, async () => {
    const {requests, result} = await testify({json: {[id]: entry}});

    expect(requests).toMatchObject([{method: `POST`, url: `https://rekor.example.org/folder/api/v1/log/entries`, retries: 3}]);
    expect(result.tlogEntries).toMatchObject([{
      logIndex: `42`,
      integratedTime: `1700000000`,
      kindVersion: {kind: `dsse`, version: `0.0.1`},
      inclusionProof: {logIndex: `7`, treeSize: `8`, checkpoint: {envelope: `checkpoint`}},
    }]);
  });

  it.each([
    [`an absolute URL`, `https://rekor.example.org/folder/api/v1/log/entries/${id}`],
    [`a path`, `/api/v1/log/entries/${id}`],
    [`another host`, `https://evil.example.org/api/v1/log/entries/${id}`],
  ])(`should be asked for an entry that it already has, itself and nobody else: %s`, async (_, location) => {
    const {requests, result} = await testify({status: 409, headers: {location}}, {status: 200, json: {[id]: entry}});

    expect(requests[1]).toMatchObject({method: `GET`, url: `https://rekor.example.org/folder/api/v1/log/entries/${id}`});
    expect(result.tlogEntries).toHaveLength(1);
  });

  it.each<[string, Array<Answer>, SigningError[`log`]]>([
    [`it is switched off`, [fault(`disabled`)], `none`],
    [`plain http is refused`, [fault(`insecure`)], `none`],
    [`it does not answer`, [fault(`timeout`)], `unknown`],
    [`the answer is cut off`, [fault(`truncated`)], `unknown`],
    [`the answer is too large`, [fault(`too-large`)], `unknown`],
    [`it refuses`, [{status: 400}], `none`],
    [`it fails`, [{status: 503}], `unknown`],
    [`it has an entry and does not say which`, [{status: 409}], `written`],
    [`it names something that is no entry`, [{status: 409, headers: {location: `/api/v1/log/entries/../keys`}}], `written`],
    [`it does not give the entry that it has`, [{status: 409, headers: {location: `/${id}`}}, {status: 404}], `written`],
    [`it falls silent about the entry that it has`, [{status: 409, headers: {location: `/${id}`}}, fault(`timeout`)], `written`],
    [`it answers with HTML`, [{body: Buffer.from(`<html>`)}], `written`],
    [`it answers with nothing`, [{json: {}}], `written`],
    [`it answers with null`, [{json: null}], `written`],
    [`it answers with two entries`, [{json: {[id]: entry, other: entry}}], `written`],
    [`the entry has no body`, [{json: {[id]: {...entry, body: undefined}}}], `written`],
    [`the entry's body is not JSON`, [{json: {[id]: {...entry, body: `AAAA`}}}], `written`],
    [`the index is a text`, [{json: {[id]: {...entry, logIndex: `42`}}}], `written`],
    [`the index is beyond all numbers`, [{json: {[id]: {...entry, logIndex: 1e300}}}], `written`],
    [`the proof has no root`, [{json: {[id]: {...entry, verification: {inclusionProof: {...entry.verification.inclusionProof, rootHash: null}}}}}], `written`],
  ])(`should be said to hold what it may hold when %s`, async (_, answers, log) => {
    const {result} = await testify(...answers);

    expect(result).toBeInstanceOf(SigningError);
    expect(result.log).toBe(log);
  });
});
