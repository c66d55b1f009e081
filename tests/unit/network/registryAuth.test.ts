import type {Hooks as NpmHooks}                               from '@yarnpkg/plugin-npm';
import {expect, test}                                         from 'vitest';

import {makeManifest, makePackage, makeSource, startRegistry} from '../../support/evidenceRegistry';

type Registry = Awaited<ReturnType<typeof startRegistry>>;

const packages = [`foo`, `@s/n`];

async function startServer(folder = ``) {
  return startRegistry(Object.fromEntries(packages.map(name => [`${folder}/${name}/1.0.0`, makeManifest(name, `1.0.0`)])), {folder});
}

/** The `authorization` header that a registry gets to see. */
async function getAuthorization({registry, requests}: Registry, name: string, settings: Record<string, unknown>, hooks: NpmHooks = {}) {
  const source = await makeSource({settings, hooks});
  const document = await source.fetchVersionDocument(makePackage(registry, name, `1.0.0`));
  return {document, authorization: requests.at(-1)?.headers.authorization};
}

test.each<[string, string, (registry: string) => Record<string, unknown>, string | undefined]>([
  [`nothing`, `@s/n`, () => ({}), undefined],
  [`the token of a scope`, `@s/n`, () => ({npmScopes: {s: {npmAuthToken: `t`}}}), `Bearer t`],
  [`no token of another scope`, `@s/n`, () => ({npmScopes: {x: {npmAuthToken: `t`}}}), undefined],
  [`no token of a scope for other packages`, `foo`, () => ({npmScopes: {s: {npmAuthToken: `t`, npmAlwaysAuth: true}}}), undefined],
  [`the token of a registry for a scope`, `@s/n`, url => ({npmRegistries: {[url]: {npmAuthToken: `t`}}}), `Bearer t`],
  [`the token of a registry named without protocol`, `@s/n`, url => ({npmRegistries: {[url.replace(`http:`, ``)]: {npmAuthToken: `t`}}}), `Bearer t`],
  [`no token without npmAlwaysAuth`, `foo`, url => ({npmRegistries: {[url]: {npmAuthToken: `t`}}}), undefined],
  [`the token of a registry with npmAlwaysAuth`, `foo`, url => ({npmRegistries: {[url]: {npmAuthToken: `t`, npmAlwaysAuth: true}}}), `Bearer t`],
  [`no token of another registry`, `@s/n`, () => ({npmRegistries: {'https://registry.example.org': {npmAuthToken: `t`, npmAlwaysAuth: true}}}), undefined],
  [`a user and password`, `@s/n`, () => ({npmScopes: {s: {npmAuthIdent: `user:pass`}}}), `Basic ${Buffer.from(`user:pass`).toString(`base64`)}`],
  [`an encoded user and password`, `@s/n`, () => ({npmScopes: {s: {npmAuthIdent: `dXNlcjpwYXNz`}}}), `Basic dXNlcjpwYXNz`],
  [`the top-level token at the default registry`, `@s/n`, url => ({npmRegistryServer: url, npmAuthToken: `t`}), `Bearer t`],
  [`the top-level token with npmAlwaysAuth`, `foo`, url => ({npmRegistryServer: url, npmAuthToken: `t`, npmAlwaysAuth: true}), `Bearer t`],
  [`no top-level token without npmAlwaysAuth`, `foo`, url => ({npmRegistryServer: url, npmAuthToken: `t`}), undefined],
  [`the top-level token at the registry for publishing`, `@s/n`, url => ({npmPublishRegistry: url, npmAuthToken: `t`}), `Bearer t`],
  [`no top-level token at another origin`, `@s/n`, () => ({npmRegistryServer: `http://127.0.0.1:1`, npmAuthToken: `t`, npmAlwaysAuth: true}), undefined],
])(`it should send %s`, async (_, name, makeSettings, expected) => {
  const server = await startServer();
  const {document, authorization} = await getAuthorization(server, name, makeSettings(server.registry));
  expect(document).toMatchObject({status: `found`});
  expect(authorization).toEqual(expected);
});

test(`it should send the top-level token to another folder of the default origin`, async () => {
  const server = await startServer(`/private`);
  const {authorization} = await getAuthorization(server, `@s/n`, {npmRegistryServer: server.registry.replace(`/private`, `/npm`), npmAuthToken: `t`});
  expect(authorization).toEqual(`Bearer t`);
});

test(`it should prefer what the hook of another plugin says`, async () => {
  const server = await startServer();
  const {authorization} = await getAuthorization(server, `@s/n`, {npmScopes: {s: {npmAuthToken: `t`}}}, {
    getNpmAuthenticationHeader: async (_, registry, {ident}) => `Custom ${registry === server.registry} @${ident!.scope}/${ident!.name}`,
  });
  expect(authorization).toEqual(`Custom true @s/n`);
});

test(`it should keep to one registry the trouble of a hook that fails`, async () => {
  const server = await startServer();
  const {document} = await getAuthorization(server, `@s/n`, {}, {
    getNpmAuthenticationHeader: async () => {
      throw new Error(`not logged in`);
    },
  });
  expect(document).toMatchObject({status: `unreachable`});
  expect(server.requests).toEqual([]);
});
