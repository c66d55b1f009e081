import {expect}                                 from 'vitest';

import type {Lab}                               from '../../lab/lab';
import {describeAttacks, unharmed, type Attack} from '../../support/attackTable';

const version = `1.0.0`;

/** An object with an own property `__proto__`, as `JSON.parse` makes it. */
const withProto = (object: object, inherited: unknown) => JSON.parse(`{"__proto__": ${JSON.stringify(inherited)}, ${JSON.stringify(object).slice(1)}`.replace(/, \}$/, `}`));

const nest = (depth: number) => `${`[`.repeat(depth)}${`]`.repeat(depth)}`;

/** Serves a text where the small document and the root document would be. */
const serve = ({registry}: Lab, name: string, change: (document: string) => string) => {
  registry.override(`/${name}/${version}`, () => ({body: change(JSON.stringify(registry.getVersionDocument(name, version)))}));
  registry.override(`/${name}`, () => ({body: change(JSON.stringify(registry.getRootDocument(name, false)))}));
};

const noSignature = {verdict: `failed`, findings: [`signature-missing`], statuses: [`missing`, `missing`, `missing`]} satisfies Partial<Attack>;
const unreachable = {verdict: `incomplete`, findings: [`registry-unreachable`], statuses: [`unavailable`, `unavailable`, `unavailable`]} satisfies Partial<Attack>;

describeAttacks(`properties that are not own`, {code: 1}, [
  {
    name: `signatures-by-inheritance`,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.tamper(name, version, ({dist: {signatures, ...dist}, ...document}) => ({...document, dist: withProto(dist, {signatures})}));
    },
    ...noSignature,
  },
  {
    name: `dist-by-inheritance`,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.tamper(name, version, ({dist, ...document}) => withProto(document, {dist}));
    },
    ...unreachable,
  },
  {
    name: `pollution`,
    make: ({registry}, name) => {
      registry.add({name, version, provenance: true});
      const poison = {attestations: null, signatures: [], integrity: null, status: `verified`, verdict: `verified`, severity: `off`, find: null};
      registry.tamper(name, version, document => withProto({...document, constructor: {prototype: poison}, dist: withProto(document.dist, poison)}, poison));
      registry.tamperAttestations(name, version, (list: Array<any>) => list.map(({predicateType, bundle}) => withProto({predicateType, bundle: withProto(bundle, poison)}, poison)));
    },
    ...unharmed,
  },
  {
    name: `a-signed-subject-by-inheritance`,
    make: ({registry}, name) => registry.add({name, version, provenance: {statement: ({subject, ...statement}) => withProto(statement, {subject})}}),
    verdict: `failed`, findings: [`attestation-type-mismatch`], statuses: [`verified`, `verified`, `invalid`],
  },
  {
    name: `signed-claims-by-inheritance`,
    make: ({registry}, name) => registry.add({name, version, provenance: {statement: statement => ({...statement, predicate: withProto(statement.predicate, {mallory: true})})}}),
    ...unharmed,
    check: ({provenance}) => expect(provenance.asserted).not.toHaveProperty(`mallory`),
  },
  ...[`__proto__`, `constructor`, `hasownproperty`].map((name): Attack => ({
    name,
    make: ({registry}, name) => registry.add({name, version, provenance: true}),
    ...unharmed,
  })),
]);

describeAttacks(`JSON that is not what it should be`, {code: 2}, [
  ...Object.entries<(document: string) => string>({
    deep: () => nest(500_000),
    'deep-within': document => document.replace(/^\{/, `{"deep": ${nest(500_000)}, `),
    'deep-and-cut-off': () => `[`.repeat(500_000),
    'a-list': document => `[${document}]`,
    'a-text': document => JSON.stringify(document),
    null: () => `null`,
    nothing: () => ``,
    'utf-16': document => Buffer.from(document, `utf16le`).toString(`latin1`),
  }).map(([name, change]): Attack => ({
    name,
    make: (lab, name) => {
      lab.registry.add({name, version});
      serve(lab, name, change);
    },
    ...unreachable,
  })),
  ...Object.entries<(dist: any) => void>({
    'signatures-that-are-a-text': dist => void (dist.signatures = `none`),
    'signatures-that-are-numbers': dist => void (dist.signatures = [1, 2, 3]),
    'a-key-id-that-is-a-list': dist => void (dist.signatures[0].keyid = [dist.signatures[0].keyid]),
    'an-integrity-that-is-an-object': dist => void (dist.integrity = {toString: dist.integrity}),
    'attestations-that-are-true': dist => void (dist.attestations = true),
  }).map(([name, change]): Attack => ({
    name,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.tamper(name, version, document => change(document.dist));
    },
    ...unreachable,
  })),
]);

describeAttacks(`documents of something else`, {code: 1}, [
  {
    name: `another-version`,
    make: ({registry}, name) => {
      registry.add({name, version: `2.0.0`});
      registry.override(`/${name}/${version}`, () => ({body: registry.getVersionDocument(name, `2.0.0`)!}));
    },
    verdict: `failed`, findings: [`version-not-found`], statuses: [`missing`, `missing`, `missing`],
  },
  {
    name: `another-package`,
    make: ({registry}, name) => {
      registry.add({name: `other`, version});
      registry.add({name, version, signedBy: []});
      registry.override(`/${name}/${version}`, () => ({body: registry.getVersionDocument(`other`, version)!}));
    },
    verdict: `failed`, findings: [`signature-invalid`], statuses: [`invalid`, `missing`, `missing`],
  },
  {
    name: `the-version-with-a-prototype-for-a-name`,
    make: ({registry}, name) => {
      registry.add({name, version});
      registry.override(`/${name}/${version}`, {status: 404, body: `{}`});
      registry.override(`/${name}`, () => ({body: `{"name": "${name}", "versions": {"__proto__": {"${version}": ${JSON.stringify(registry.getVersionDocument(name, version))}}}}`}));
    },
    verdict: `failed`, findings: [`version-not-found`], statuses: [`missing`, `missing`, `missing`],
  },
  {
    name: `nowhere`,
    make: () => {},
    verdict: `failed`, findings: [`version-not-found`], statuses: [`missing`, `missing`, `missing`],
  },
]);
