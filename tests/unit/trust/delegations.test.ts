import {expect, test}                                                                   from 'vitest';

import {isTrustTarget}                                                                  from '../../../sources/trust/decodeTargets';
import {findTargets}                                                                    from '../../../sources/trust/tuf/findTargets';
import {MetadataWalk}                                                                   from '../../../sources/trust/tuf/metadataWalk';
import {InvalidMetadataError, RepositoryFault}                                          from '../../../sources/trust/tuf/repositoryErrors';
import {makeDelegatingRepository, type DelegatedRole, type DelegatingRepositoryOptions} from '../../support/delegatingRepository';

const KEYS = `registry.example.org/keys.json`;

/** Names and content of the targets that trust is made of. */
async function read(options: DelegatingRepositoryOptions) {
  const files = makeDelegatingRepository(options);
  const requests: Array<string> = [];

  const walk = await MetadataWalk.start({
    anchor: files.get(`1.root.json`)!,
    known: new Map(),
    read: async ({path}) => {
      requests.push(path);
      return files.get(path) ?? null;
    },
    referenceTime: new Date(),
  });

  const content: Record<string, unknown> = {};
  for (const [name, target] of await findTargets(walk, isTrustTarget))
    content[name] = await walk.readTarget(target);

  return {content, requests, walk};
}

test(`it should find the keys where Sigstore's repository has them: in a role of their own`, async () => {
  const {content} = await read({
    targets: {[`trusted_root.json`]: 1, [`other.json`]: 2},
    roles: [{name: `registry.example.org`, paths: [`registry.example.org/*`], terminating: true, targets: {[KEYS]: 3}}],
  });
  expect(content).toEqual({[`trusted_root.json`]: 1, [KEYS]: 3});
});

test(`it should read repositories without consistent snapshots`, async () => {
  const {content, requests} = await read({consistentSnapshot: false, targets: {[`trusted_root.json`]: 1}, roles: [{name: `a b`, paths: [`*/*`], targets: {[KEYS]: 2}}]});
  expect(content).toEqual({[`trusted_root.json`]: 1, [KEYS]: 2});
  expect(requests).toEqual([`2.root.json`, `timestamp.json`, `snapshot.json`, `targets.json`, `a%20b.json`, `targets/trusted_root.json`, `targets/${KEYS}`]);
});

test.each<[string, Array<DelegatedRole>, unknown]>([
  [`the first of two roles`, [{name: `a`, paths: [`*/*`], targets: {[KEYS]: `a`}}, {name: `b`, paths: [`*/*`], targets: {[KEYS]: `b`}}], `a`],
  [`a role before those that it delegates to`, [{name: `a`, paths: [`*/*`], targets: {[KEYS]: `a`}}, {name: `b`, from: `a`, paths: [`*/*`], targets: {[KEYS]: `b`}}], `a`],
  [`a nested role before the next one`, [{name: `a`, paths: [`*/*`]}, {name: `b`, from: `a`, paths: [`*/*`], targets: {[KEYS]: `b`}}, {name: `c`, paths: [`*/*`], targets: {[KEYS]: `c`}}], `b`],
  [`nothing after a terminating role that has none`, [{name: `a`, paths: [`registry.example.org/*`], terminating: true}, {name: `b`, paths: [`*/*`], targets: {[KEYS]: `b`}}], undefined],
  [`roles after a terminating one for other names`, [{name: `a`, paths: [`registry.example.com/*`], terminating: true}, {name: `b`, paths: [`*/*`], targets: {[KEYS]: `b`}}], `b`],
  [`nothing from a role that may not speak of it`, [{name: `a`, paths: [`registry.example.com/*`], targets: {[KEYS]: `a`}}], undefined],
  [`nothing from a role whose delegator may not speak of it`, [{name: `a`, paths: [`registry.example.com/*`]}, {name: `b`, from: `a`, paths: [`*/*`], targets: {[KEYS]: `b`}}], undefined],
])(`it should take %s`, async (_, roles, expected) => {
  expect((await read({roles})).content[KEYS]).toEqual(expected);
});

test(`it should not ask for roles that can't matter, whatever became of them`, async () => {
  const {content, requests} = await read({targets: {[`trusted_root.json`]: 1}, roles: [{name: `old`, paths: [`rekor/*.pub`], expires: `2020-01-01T00:00:00Z`, lost: true}]});
  expect(content).toEqual({[`trusted_root.json`]: 1});
  expect(requests).not.toContain(`1.old.json`);
});

test(`it should tell the expiry of a delegated role`, async () => {
  const {walk} = await read({roles: [{name: `a`, paths: [`*/*`], expires: `2098-01-01T00:00:00Z`}]});
  expect(walk.expires).toEqual(new Date(`2098-01-01T00:00:00Z`));
});

test.each<[string, Partial<DelegatedRole>, typeof InvalidMetadataError | typeof RepositoryFault]>([
  [`forged`, {forged: true}, InvalidMetadataError],
  [`expired`, {expires: `2020-01-01T00:00:00Z`}, InvalidMetadataError],
  [`lost`, {lost: true}, RepositoryFault],
])(`it should refuse a role that is %s`, async (_, defect, kind) => {
  await expect(read({roles: [{name: `a`, paths: [`*/*`], targets: {[KEYS]: 1}, ...defect}]})).rejects.toBeInstanceOf(kind);
});

test.each([true, false])(`it should refuse a target that nothing but its length vouches for (consistent snapshots: %j)`, async consistentSnapshot => {
  const roles = [{name: `a`, paths: [`*/*`], targets: {[KEYS]: 1}, hashless: true}];
  await expect(read({roles, consistentSnapshot})).rejects.toBeInstanceOf(InvalidMetadataError);
});

test(`it should refuse delegations without end`, async () => {
  const roles = Array.from({length: 40}, (_, index) => ({name: `role-${index}`, from: index > 0 ? `role-${index - 1}` : undefined, paths: [`*/*`]}));
  await expect(read({roles})).rejects.toBeInstanceOf(InvalidMetadataError);
});
