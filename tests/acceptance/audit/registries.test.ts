import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {startLab, type Lab}                        from '../../lab/lab';
import type {LabRegistry, RegistryOptions}         from '../../lab/registry';
import {auditProject, getIds, type Audit}          from '../../support/auditProject';

const version = `1.0.0`;
const names = [`a`, `b`, `c`, `d`, `e`, `f`];

type Scope = {
  options?: RegistryOptions;
  /** Of `npmScopes`, beside the URL. */
  settings?: Record<string, unknown>;
  prepare?: (registry: LabRegistry) => void;
};

const BASIC = `Basic ${Buffer.from(`user:password`).toString(`base64`)}`;
const isSmall = ({path}: {path: string}) => /^\/@[^/]+\/[^/]+\/\d/.test(path);

const refuseSmallDocuments = (status: number) => (registry: LabRegistry) => void registry.override(isSmall, {status, body: {error: `Not allowed`}});

/** One registry for each scope of one project. */
const scopes = {
  plain: {},
  stripped: {prepare: registry => names.forEach(name => registry.tamper(`@stripped/${name}`, version, ({dist}) => {
    delete dist.signatures;
    delete dist.attestations;
  }, `small`))},
  'answers-400': {prepare: refuseSmallDocuments(400)},
  'answers-404': {prepare: refuseSmallDocuments(404)},
  'answers-405': {prepare: refuseSmallDocuments(405)},
  // Only what the root document says of the version counts.
  'answers-root': {prepare: registry => void registry.override(isSmall, ({path}) => ({body: registry.getRootDocument(path.replace(/\/[^/]*$/, ``), false)!}))},
  gap: {prepare: registry => void registry.packages.delete(`@gap/b`)},
  'sub-path': {options: {path: `/repository/npm`}},
  'foreign-url': {options: {path: `/repository/npm`}, prepare: registry => names.forEach(name => registry.tamper(`@foreign-url/${name}`, version, ({dist}) => {
    dist.attestations.url = `https://registry.example.org/-/npm/v1/attestations/@foreign-url%2f${name}@${version}`;
  }))},
  token: {options: {authorization: `Bearer secret`}, settings: {npmAuthToken: `secret`}},
  basic: {options: {authorization: BASIC}, settings: {npmAuthIdent: `user:password`}},
  'no-token': {options: {authorization: `Bearer secret`}},
  'other-token': {options: {authorization: `Bearer secret`}, settings: {npmAuthToken: `other`}},
  forbidden: {settings: {npmAuthToken: `secret`}, prepare: registry => void registry.override(`*`, {status: 403, body: {error: `Forbidden`}})},
} satisfies Record<string, Scope>;

type ScopeName = keyof typeof scopes;

let lab: Lab;
let registries: Map<string, LabRegistry>;
let audit: Audit;

const get = (scope: ScopeName, name: string) => audit.packages.get(`@${scope}/${name}@npm:${version}`)!;
const getAll = (scope: ScopeName) => names.map(name => get(scope, name));

const getRequests = (scope: ScopeName) => registries.get(scope)!.server.requests;
const countSmall = (scope: ScopeName) => getRequests(scope).filter(isSmall).length;
const listRoots = (scope: ScopeName) => getRequests(scope).map(({path}) => path).filter(path => /^\/@[^/]+\/[^/]+$/.test(path));

beforeAll(async () => {
  lab = await startLab();
  registries = new Map();

  for (const [scope, {options = {}, prepare}] of Object.entries<Scope>(scopes)) {
    const registry = await lab.addRegistry(options);
    registries.set(scope, registry);

    for (const name of names)
      registry.add({name: `@${scope}/${name}`, version, provenance: true});

    prepare?.(registry);
  }

  audit = await auditProject(lab, {
    dependencies: Object.fromEntries([...registries.keys()].flatMap(scope => names.map(name => [`@${scope}/${name}`, version]))),
    yarnrc: {
      // Two packages at a time, so that what is learned from one can be of use to the others.
      networkConcurrency: 1,
      npmScopes: Object.fromEntries(Object.entries<Scope>(scopes).map(([scope, {settings}]) => [scope, {
        npmRegistryServer: registries.get(scope)!.url,
        ...settings,
      }])),
    },
  });
});

afterAll(() => lab.stop());

describe(`The documents of registries`, () => {
  it(`should be the small ones where they say everything`, () => {
    expect(getAll(`plain`).map(({verdict}) => verdict)).toEqual(names.map(() => `verified`));
    expect(countSmall(`plain`)).toBe(names.length);
    expect(listRoots(`plain`)).toEqual([]);

    // Besides, the keys once and the attestations of each.
    expect(getRequests(`plain`)).toHaveLength(2 * names.length + 1);
  });

  it.each([`stripped`, `answers-400`, `answers-404`, `answers-405`, `answers-root`] as const)(`should be the root documents where the small ones are not enough, and that be remembered: %s`, scope => {
    expect(getAll(scope).map(pkg => [pkg.verdict, pkg.signature.status, pkg.provenance.status])).toEqual(names.map(() => [`verified`, `verified`, `verified`]));
    expect(countSmall(scope)).toBeLessThanOrEqual(2);
    expect(listRoots(scope)).toHaveLength(names.length);
  });

  it(`should not become the root ones because one version is missing`, () => {
    expect(getIds(get(`gap`, `b`))).toEqual([`version-not-found`]);
    expect(getAll(`gap`).map(({verdict}) => verdict)).toEqual(names.map(name => name === `b` ? `failed` : `verified`));
    expect(countSmall(`gap`)).toBe(names.length);
    expect(listRoots(`gap`)).toEqual([`/@gap/b`]);
  });
});

describe(`Registries below a path`, () => {
  it.each([`sub-path`, `foreign-url`] as const)(`should be asked there for everything: %s`, scope => {
    expect(getAll(scope).map(pkg => [pkg.verdict, pkg.signature.status, pkg.provenance.status])).toEqual(names.map(() => [`verified`, `verified`, `verified`]));
    expect(getRequests(scope).filter(({path}) => !path.startsWith(`/repository/npm/`))).toEqual([]);
    expect(getRequests(scope).filter(({path}) => path.startsWith(`/repository/npm/-/npm/v1/attestations/`))).toHaveLength(names.length);
  });
});

describe(`Credentials`, () => {
  it.each([
    [`token`, `Bearer secret`],
    [`basic`, BASIC],
  ] as const)(`should go with every question to the registry of their scope: %s`, (scope, authorization) => {
    expect(getAll(scope).map(({verdict}) => verdict)).toEqual(names.map(() => `verified`));
    expect(getRequests(scope).map(({path}) => path)).toContain(`/-/npm/v1/keys`);
    expect(new Set(getRequests(scope).map(({headers}) => headers.authorization))).toEqual(new Set([authorization]));
  });

  it(`should go nowhere else`, () => {
    const configured: Array<ScopeName> = [`token`, `basic`, `other-token`, `forbidden`];

    const others = lab.servers.filter(server => !configured.some(scope => registries.get(scope)!.server === server));
    expect(others.flatMap(({requests}) => requests).filter(({headers}) => headers.authorization)).toEqual([]);
  });

  it.each([`no-token`, `other-token`, `forbidden`] as const)(`should be asked for where the registry refuses: %s`, scope => {
    for (const pkg of getAll(scope)) {
      expect(pkg).toMatchObject({verdict: `incomplete`, signature: {status: `unavailable`}});
      expect(pkg.findings).toMatchObject([{id: `registry-unreachable`, severity: `incomplete`}]);
      expect(pkg.findings[0]!.message).toContain(`authentication`);
      expect(pkg.findings[0]!.hint).toContain(`npmAuthToken`);
    }
  });

  it(`should not be in the output`, () => {
    expect(audit.stdout).not.toContain(`secret`);
    expect(audit.stdout).not.toContain(`password`);
    expect(audit.stdout).not.toContain(BASIC);
  });

  it(`should make the run incomplete where they are missing, and no more than that`, async () => {
    const {code, summary} = await auditProject(lab, {
      dependencies: {[`@no-token/a`]: version, [`@plain/a`]: version},
      yarnrc: {npmScopes: Object.fromEntries([`no-token`, `plain`].map(scope => [scope, {npmRegistryServer: registries.get(scope)!.url}]))},
    });

    expect(code).toBe(2);
    expect(summary).toMatchObject({outcome: `incomplete`, verdicts: {verified: 1, incomplete: 1}});
  });

  it(`should go to the default registry for packages without a scope only where npmAlwaysAuth says so`, async () => {
    const other = await startLab({authorization: `Bearer secret`});
    other.registry.add({name: `a`, version});

    const run = (yarnrc: Record<string, unknown>) => auditProject(other, {dependencies: {a: version}, yarnrc: {npmAuthToken: `secret`, ...yarnrc}});

    expect((await run({})).code).toBe(2);
    expect((await run({npmAlwaysAuth: true})).code).toBe(0);
    expect((await run({npmAuthToken: null, npmRegistries: {[`//${other.registry.tufName}`]: {npmAlwaysAuth: true, npmAuthToken: `secret`}}})).code).toBe(0);
    await other.stop();
  });
});

describe(`A registry without a protocol`, () => {
  it(`should be one that cannot be asked, and keep no other package from being verified`, async () => {
    const {code, packages} = await auditProject(lab, {
      dependencies: {'@plain/a': version, '@odd/a': version},
      yarnrc: {npmScopes: {plain: {npmRegistryServer: registries.get(`plain`)!.url}, odd: {npmRegistryServer: registries.get(`plain`)!.url.replace(`http:`, ``)}}},
    });

    expect(code).toBe(2);
    expect(getIds(packages.get(`@odd/a@npm:${version}`)!)).toEqual([`registry-unreachable`]);
    expect(packages.get(`@plain/a@npm:${version}`)!.verdict).toBe(`verified`);
  });
});
