import {structUtils}                      from '@yarnpkg/core';
import type {httpUtils}                   from '@yarnpkg/core';
import {describe, expect, it}             from 'vitest';

import {isAdvertised, rememberAdvertised} from '../../../sources/install/advertisedEvidence';

const registry = `https://registry.example.org/npm`;

function remember(path: string, document: object, origin = registry) {
  const response = {rawBody: Buffer.from(JSON.stringify(document))} as unknown as httpUtils.Response;
  rememberAdvertised({target: `${origin}${path}`} as Parameters<typeof rememberAdvertised>[0], response);
}

const ask = (name: string) => isAdvertised({registry, ident: structUtils.parseIdent(name)});
const makeDocument = (dist: object) => ({versions: {'1.0.0': {dist}, '1.0.1': {dist: {}}}});

describe(`What Yarn came across`, () => {
  it.each([
    [`a signature`, `signed`, {signatures: [{keyid: `SHA256:a`, sig: `b`}]}],
    [`an attestation`, `attested`, {attestations: {url: `https://registry.example.org/a`}}],
  ])(`should show %s of any version`, (_, name, dist) => {
    expect(ask(name)).toBe(false);
    remember(`/${name}`, makeDocument(dist));
    expect(ask(name)).toBe(true);
  });

  it(`should show nothing where there is nothing`, () => {
    remember(`/plain`, makeDocument({integrity: `sha512-a`, signatures: []}));
    expect(ask(`plain`)).toBe(false);
  });

  it.each([`%2f`, `%2F`])(`should be found whatever the spelling of the scope (%s)`, slash => {
    remember(`/@acme${slash}scoped-${slash.at(-1)}`, makeDocument({attestations: {}}));
    expect(ask(`@acme/scoped-${slash.at(-1)}`)).toBe(true);
  });

  it(`should be told apart by registry`, () => {
    remember(`/elsewhere`, makeDocument({attestations: {}}), `https://other.example.org`);
    expect(ask(`elsewhere`)).toBe(false);
  });
});
