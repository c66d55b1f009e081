import {generateKeyPairSync}                         from 'node:crypto';
import {describe, expect, test}                      from 'vitest';

import {MalformedKeysError, decodeKeys}              from '../../../sources/trust/decodeKeys';
import type {RegistryKey as DecodedKey}              from '../../../sources/trust/types';
import {RegistryKey, makeKeysAnswer, makeKeysTarget} from '../../lab/registryKey';

const key = new RegistryKey();
const other = new RegistryKey();
const expires = new Date(`2030-01-01T00:00:00.000Z`);
const expiring = new RegistryKey({expires});

const [answer] = makeKeysAnswer([key]).keys;
const [target] = makeKeysTarget([key]).keys;

const p384 = generateKeyPairSync(`ec`, {namedCurve: `P-384`}).publicKey.export({format: `der`, type: `spki`}).toString(`base64`);

/** Key objects show nothing of themselves to a comparison. */
const simplify = (keys: Array<DecodedKey>) => keys.map(({publicKey, ...rest}) => ({...rest, der: publicKey.export({format: `der`, type: `spki`})}));

describe(`good lists`, () => {
  test(`it should read the endpoint's form, whose keys may sign both`, () => {
    expect(simplify(decodeKeys(makeKeysAnswer([key, expiring]), `registry`))).toEqual([
      {keyid: key.keyid, usages: new Set([`npm:signatures`, `npm:attestations`]), der: key.der, expires: null, source: `registry`, tufHost: null},
      {keyid: expiring.keyid, usages: new Set([`npm:signatures`, `npm:attestations`]), der: expiring.der, expires, source: `registry`, tufHost: null},
    ]);
  });

  test(`it should read the TUF targets' form, one use each`, () => {
    expect(simplify(decodeKeys(makeKeysTarget([expiring]), `tuf`, `registry.example.org`))).toEqual([
      {keyid: expiring.keyid, usages: new Set([`npm:signatures`]), der: expiring.der, expires, source: `tuf`, tufHost: `registry.example.org`},
      {keyid: expiring.keyid, usages: new Set([`npm:attestations`]), der: expiring.der, expires, source: `tuf`, tufHost: `registry.example.org`},
    ]);
  });

  test(`it should read an empty list`, () => {
    expect(decodeKeys({keys: []}, `registry`)).toEqual([]);
  });

  test(`it should take a key that is listed twice for one`, () => {
    expect(decodeKeys({keys: [answer, answer]}, `registry`)).toHaveLength(1);
    expect(decodeKeys({keys: [target, target]}, `tuf`)).toHaveLength(1);
  });

  test.each([
    [`type`, {...answer, keytype: `ssh-ed25519`, keyid: `new`}],
    [`scheme`, {...answer, scheme: `ml-dsa-65`, keyid: `new`}],
    [`details`, {...target, keyId: `new`, publicKey: {...target!.publicKey, keyDetails: `PKIX_ED25519`}}],
    [`use`, {...target, keyId: `new`, keyUsage: `npm:passports`}],
  ])(`it should leave out a key of an unknown %s beside a known one`, (_, entry) => {
    expect(decodeKeys({keys: [entry, answer]}, `registry`).map(({keyid}) => keyid)).toEqual([key.keyid]);
  });
});

const malformed: Array<[string, unknown]> = [
  [`null`, null],
  [`a list`, [answer]],
  [`a text`, `keys`],
  [`an object without keys`, {}],
  [`keys that are an object`, {keys: {0: answer}}],
  [`more keys than anybody needs`, {keys: Array.from({length: 257}, (_, index) => ({...answer, keyid: `key-${index}`}))}],
  [`an entry that is null`, {keys: [answer, null]}],
  [`an entry that is a list`, {keys: [answer, []]}],
  [`no key id`, {keys: [{...answer, keyid: undefined}]}],
  [`an empty key id`, {keys: [{...answer, keyid: ``}]}],
  [`a key id of another type`, {keys: [{...answer, keyid: {}}]}],
  [`an endless key id`, {keys: [{...answer, keyid: `x`.repeat(300)}]}],
  [`no key`, {keys: [{...answer, key: undefined}]}],
  [`a key that is not one`, {keys: [{...answer, key: `AAAA`}]}],
  [`a key on another curve`, {keys: [{...answer, key: p384}]}],
  [`a key on another curve in a target`, {keys: [{...target, publicKey: {...target!.publicKey, rawBytes: p384}}]}],
  [`an end that is not a date`, {keys: [{...answer, expires: `never`}]}],
  [`an end of another type`, {keys: [{...answer, expires: 0}]}],
  [`an end that is not a date in a target`, {keys: [{...target, publicKey: {...target!.publicKey, validFor: {end: `soon`}}}]}],
  [`a validity that is a text`, {keys: [{...target, publicKey: {...target!.publicKey, validFor: `ever`}}]}],
  [`two keys under one id`, {keys: [answer, {...answer, key: other.der.toString(`base64`)}]}],
  [`two ends of one key`, {keys: [answer, {...answer, expires: expires.toISOString()}]}],
  [`nothing but keys of unknown types`, {keys: [{...answer, keytype: `ssh-ed25519`}]}],
];

test.each(malformed)(`it should refuse %s`, (_, document) => {
  expect(() => decodeKeys(document, `registry`)).toThrow(MalformedKeysError);
});

test(`it should not find anything in __proto__`, () => {
  expect(() => decodeKeys(JSON.parse(`{"__proto__": {"keys": []}}`), `registry`)).toThrow(MalformedKeysError);
});
