import {describe, expect, it}                    from 'vitest';

import type {RegistryKeys}                       from '../../../sources/trust/types';
import {verifyRegistrySignature}                 from '../../../sources/verification/registrySignature';
import type {PublishTime, SignatureVerification} from '../../../sources/verification/registrySignature';
import {RegistryKey}                             from '../../lab/registryKey';

const expiry = new Date(`2025-01-01T00:00:00Z`);
const before = new Date(`2024-12-31T23:59:59Z`);
const after = new Date(`2025-01-01T00:00:01Z`);

const current = new RegistryKey();
const old = new RegistryKey({expires: expiry});
const stranger = new RegistryKey();
const attestationsOnly = new RegistryKey({usages: [`npm:attestations`]});

const subject = {name: `@scope/a`, version: `1.0.0`, integrity: `sha512-${`A`.repeat(86)}==`};
const good = current.sign(subject);
const byOld = old.sign(subject);

const makeKeys = (kind: RegistryKeys[`kind`], keys: Array<RegistryKey> = [current, old, attestationsOnly]): RegistryKeys => ({
  kind,
  reason: kind === `unavailable` ? `down` : undefined,
  keys: keys.map(key => ({keyid: key.keyid, usages: new Set(key.usages), publicKey: key.publicKey, expires: key.expires, source: `tuf`, tufHost: `registry.example.org`})),
});

type Row = {
  what: string;
  signatures?: Array<{keyid: string, sig: string}>;
  integrity?: string | null;
  name?: string;
  version?: string;
  keys?: RegistryKeys;
  publishTime?: PublishTime;
  expect: SignatureVerification[`status`] | `signature-invalid` | `signature-key-unknown` | `signature-key-expired` | `keys-unavailable`;
  keyExpiry?: string;
};

const rows: Array<Row> = [
  {what: `a signature by a current key`, expect: `verified`, keyExpiry: `none`},
  {what: `junk before it`, signatures: [{keyid: current.keyid, sig: `junk`}, {keyid: `SHA256:junk`, sig: good.sig}, good], expect: `verified`},
  {what: `a signature by an old key, time unknown`, signatures: [byOld], expect: `verified`, keyExpiry: `unchecked`},
  {what: `a signature by an old key, logged before its end`, signatures: [byOld], publishTime: {source: `log`, time: before}, expect: `verified`, keyExpiry: `log`},
  {what: `a signature by an old key, logged at its end`, signatures: [byOld], publishTime: {source: `log`, time: expiry}, expect: `verified`, keyExpiry: `log`},
  {what: `a signature by an old key, logged after its end`, signatures: [byOld], publishTime: {source: `log`, time: after}, expect: `signature-key-expired`},
  {what: `a signature by an old key, published before its end`, signatures: [byOld], publishTime: {source: `registry`, time: before}, expect: `verified`, keyExpiry: `registry`},
  {what: `a signature by an old key, published after its end`, signatures: [byOld], publishTime: {source: `registry`, time: after}, expect: `signature-key-expired`},
  {what: `a signature by an old key, and a registry that does not say when`, signatures: [byOld], publishTime: {source: `registry`, time: null}, expect: `signature-key-expired`},
  {what: `an expired signature beside a current one`, signatures: [byOld, good], publishTime: {source: `log`, time: after}, expect: `verified`, keyExpiry: `none`},

  {what: `no signature`, signatures: [], expect: `absent`},
  {what: `no signature and no keys to be had`, signatures: [], keys: makeKeys(`unavailable`, []), expect: `keys-unavailable`},
  {what: `a signature by an unknown key`, signatures: [stranger.sign(subject)], expect: `signature-key-unknown`},
  {what: `a signature by a stranger under a known id`, signatures: [{...stranger.sign(subject), keyid: current.keyid}], expect: `signature-invalid`},
  {what: `a signature by a key for attestations`, signatures: [attestationsOnly.sign(subject)], expect: `signature-key-unknown`},
  {what: `a signature by an unknown key while keys cannot be had`, signatures: [stranger.sign(subject)], keys: makeKeys(`unavailable`), expect: `keys-unavailable`},
  {what: `a known key's signature while the registry's own cannot be had`, keys: makeKeys(`unavailable`), expect: `verified`},
  {what: `a forgery under a known key while the registry's own cannot be had`, signatures: [{keyid: current.keyid, sig: `junk`}], keys: makeKeys(`unavailable`), expect: `signature-invalid`},

  {what: `another package's signature`, name: `@scope/b`, expect: `signature-invalid`},
  {what: `another version's signature`, version: `1.0.1`, expect: `signature-invalid`},
  {what: `other bytes`, integrity: `sha512-${`B`.repeat(86)}==`, expect: `signature-invalid`},
  {what: `a document without integrity`, integrity: null, expect: `signature-invalid`},
  {what: `a signature over an empty integrity`, integrity: null, signatures: [current.sign({...subject, integrity: ``})], expect: `signature-invalid`},
  {what: `a signature over the text null`, integrity: null, signatures: [current.sign({...subject, integrity: `null`})], expect: `signature-invalid`},
  {what: `more junk under a known id than anybody computes`, signatures: [...Array.from({length: 100}, () => ({keyid: current.keyid, sig: `junk`})), good], expect: `signature-invalid`},
];

describe(`verifyRegistrySignature`, () => {
  it.each(rows)(`should judge $what`, ({what, expect: expected, keyExpiry, signatures = [good], keys = makeKeys(`tuf`), publishTime = null, ...overrides}) => {
    const result = verifyRegistrySignature({...subject, ...overrides, signatures, keys, publishTime});

    expect(`observation` in result ? result.observation.id : result.status).toBe(expected);
    if (keyExpiry) {
      expect(result).toMatchObject({keyExpiry});
    }
  });
});
