import {structUtils}                                              from '@yarnpkg/core';
import {ppath, xfs, type PortablePath}                            from '@yarnpkg/fslib';
import {describe, expect, it}                                     from 'vitest';

import {collectPackages}                                          from '../../../sources/inventory/collectPackages';
import {openProject}                                              from '../../../sources/inventory/openProject';
import type {Selection}                                           from '../../../sources/inventory/selection';
import {findConfiguration, writeProject, type ProjectDescription} from '../../support/handwrittenProject';
import type {LockfileEntry}                                       from '../../support/lockfile';

const everything: Selection = {patterns: [], workspaces: [], direct: false, environment: `all`, exclude: []};

async function collect(description: ProjectDescription, selection: Partial<Selection> = {}) {
  const cwd = await writeProject(description);
  return await collectIn(cwd, selection);
}

async function collectIn(cwd: PortablePath, selection: Partial<Selection> = {}) {
  const configuration = await findConfiguration(cwd);
  const project = await openProject(configuration, cwd);

  return await collectPackages(project, {configuration, selection: {...everything, ...selection}});
}

/** Everything but the locators, which are as unreadable as their hashes. */
async function collectById(description: ProjectDescription) {
  const {packages} = await collect(description);
  return Object.fromEntries(packages.map(({id, locator, archives, ...rest}) => [id, rest]));
}

function npm(name: string, version: string, rest: Partial<LockfileEntry> = {}): LockfileEntry {
  return {resolution: `${name}@npm:${version}`, version, ...rest};
}

function workspace(name: string, folder: string, dependencies: Record<string, string> = {}, rest: Partial<LockfileEntry> = {}): LockfileEntry {
  return {resolution: `${name}@workspace:${folder}`, version: `0.0.0-use.local`, dependencies, linkType: `soft`, ...rest};
}

/** A project of one workspace, whose lockfile agrees with its manifest. */
function makeSingle(dependencies: Record<string, string>, lockfile: Record<string, LockfileEntry>, rest: Partial<ProjectDescription> = {}): ProjectDescription {
  return {
    manifests: {[`.`]: {name: `root`, dependencies}},
    lockfile: {[`root@workspace:.`]: workspace(`root`, `.`, dependencies), ...lockfile},
    ...rest,
  };
}

describe(`collectPackages: packages`, () => {
  it(`should list direct and transitive packages, but no workspaces`, async () => {
    const packages = await collectById(makeSingle({foo: `npm:^1.0.0`}, {
      [`foo@npm:^1.0.0`]: npm(`foo`, `1.2.0`, {dependencies: {[`@s/bar`]: `npm:^2.0.0`}}),
      [`@s/bar@npm:^2.0.0`]: npm(`@s/bar`, `2.0.0-rc.1`),
    }, {yarnrc: `npmRegistryServer: "https://registry.example.org/npm/"\n`}));

    const registry = `https://registry.example.org/npm`;
    const common = {workspaces: [`root`], patched: false, conditional: false, excluded: false};

    expect(packages).toEqual({
      [`@s/bar@npm:2.0.0-rc.1`]: {...common, name: `@s/bar`, version: `2.0.0-rc.1`, direct: false, source: {type: `npm`, registry, version: `2.0.0-rc.1`}},
      [`foo@npm:1.2.0`]: {...common, name: `foo`, version: `1.2.0`, direct: true, source: {type: `npm`, registry, version: `1.2.0`}},
    });
  });

  it(`should know the archives of each npm package, by the URL that they are bound to`, async () => {
    const {packages} = await collect(makeSingle({foo: `npm:^1.0.0`, bar: `npm:foo@1.2.0`}, {
      [`foo@npm:^1.0.0`]: npm(`foo`, `1.2.0`, {dependencies: {[`@s/baz`]: `npm:^2.0.0`}, peerDependencies: {peer: `*`}}),
      [`bar@npm:foo@1.2.0`]: {resolution: `foo@npm:1.2.0::__archiveUrl=https%3A%2F%2Fregistry.example.org%2Ffoo.tgz`, version: `1.2.0`},
      [`@s/baz@npm:^2.0.0`]: npm(`@s/baz`, `2.0.0`),
    }));

    const [, foo] = packages;
    expect(foo!.archives.map(({locator}) => structUtils.stringifyLocator(locator)).sort()).toEqual([`foo@npm:1.2.0`, `foo@npm:1.2.0::__archiveUrl=https%3A%2F%2Fregistry.example.org%2Ffoo.tgz`]);

    const {checksum, claims} = foo!.archives.find(({locator}) => locator.reference === `npm:1.2.0`)!;
    expect(checksum).toBe(null);
    expect(claims).toEqual({name: `foo`, version: `1.2.0`, dependencies: new Map([[`@s/baz`, `npm:^2.0.0`]]), peerDependencies: new Map([[`peer`, `*`]]), bin: new Map()});
  });

  it(`should sort them by id`, async () => {
    const {packages} = await collect(makeSingle({}, {
      [`b@npm:1`]: npm(`b`, `1.0.0`),
      [`a@npm:2`]: npm(`a`, `2.0.0`),
      [`@z/a@npm:1`]: npm(`@z/a`, `1.0.0`),
      [`a@npm:10`]: npm(`a`, `10.0.0`),
    }));

    expect(packages.map(pkg => pkg.id)).toEqual([`@z/a@npm:1.0.0`, `a@npm:10.0.0`, `a@npm:2.0.0`, `b@npm:1.0.0`]);
  });

  it(`should take the version from the reference, not from the field beside it`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`foo@npm:^1.0.0`]: {resolution: `foo@npm:1.0.0`, version: `9.9.9`},
    }));

    expect(packages).toMatchObject({[`foo@npm:1.0.0`]: {version: `1.0.0`, source: {version: `1.0.0`}}});
  });

  it(`should know an alias by its real name`, async () => {
    const packages = await collectById(makeSingle({alias: `npm:@s/foo@^1.0.0`}, {
      [`alias@npm:@s/foo@^1.0.0`]: npm(`@s/foo`, `1.0.0`),
    }));

    expect(packages).toMatchObject({[`@s/foo@npm:1.0.0`]: {name: `@s/foo`, direct: true, source: {type: `npm`}}});
  });

  it(`should merge entries that differ only in where their archive is`, async () => {
    const packages = await collectById({
      manifests: {
        [`.`]: {name: `root`, workspaces: [`a`], dependencies: {foo: `npm:1.0.0`}},
        [`a`]: {name: `a`, dependencies: {foo: `npm:^1.0.0`}},
      },
      lockfile: {
        [`root@workspace:.`]: workspace(`root`, `.`, {foo: `npm:1.0.0`}),
        [`a@workspace:a`]: workspace(`a`, `a`, {foo: `npm:^1.0.0`}),
        [`foo@npm:1.0.0`]: npm(`foo`, `1.0.0`),
        [`foo@npm:^1.0.0`]: {resolution: `foo@npm:1.0.0::__archiveUrl=https%3A%2F%2Fcdn.example.org%2Ffoo.tgz`, version: `1.0.0`},
      },
    });

    expect(Object.keys(packages)).toEqual([`foo@npm:1.0.0`]);
    expect(packages).toMatchObject({[`foo@npm:1.0.0`]: {version: `1.0.0`, workspaces: [`a`, `root`]}});
  });

  it(`should list one row for the virtual instances of a package`, async () => {
    const manifests = {
      [`.`]: {name: `root`, workspaces: [`packages/*`]},
      [`packages/a`]: {name: `a`, dependencies: {plugin: `npm:1`, host: `npm:1`}},
      [`packages/b`]: {name: `b`, dependencies: {plugin: `npm:1`, host: `npm:2`}},
    };

    const packages = await collectById({manifests, lockfile: {
      [`root@workspace:.`]: workspace(`root`, `.`),
      [`a@workspace:packages/a`]: workspace(`a`, `packages/a`, manifests[`packages/a`].dependencies),
      [`b@workspace:packages/b`]: workspace(`b`, `packages/b`, manifests[`packages/b`].dependencies),
      [`host@npm:1`]: npm(`host`, `1.0.0`),
      [`host@npm:2`]: npm(`host`, `2.0.0`),
      [`plugin@npm:1`]: npm(`plugin`, `1.0.0`, {peerDependencies: {host: `*`}}),
    }});

    expect(packages).toMatchObject({
      [`host@npm:1.0.0`]: {workspaces: [`a`]},
      [`host@npm:2.0.0`]: {workspaces: [`b`]},
      [`plugin@npm:1.0.0`]: {workspaces: [`a`, `b`], direct: true},
    });
    expect(Object.keys(packages)).toHaveLength(3);
  });

  it(`should mark packages for some platforms only`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`native@npm:1`]: npm(`native`, `1.0.0`, {conditions: `os=darwin & cpu=arm64`}),
    }));

    expect(packages).toMatchObject({[`native@npm:1.0.0`]: {conditional: true}});
  });

  it(`should keep entries that nothing reaches`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`left@npm:1`]: npm(`left`, `1.0.0`),
    }));

    expect(packages).toMatchObject({[`left@npm:1.0.0`]: {workspaces: [], direct: false}});
  });

  it(`should be content with a lockfile without packages`, async () => {
    expect(await collect(makeSingle({}, {}))).toEqual({packages: [], outOfScope: 0, isWholeProject: true});
  });

  it(`should not trip over names of Object.prototype`, async () => {
    const packages = await collectById(makeSingle({[`constructor`]: `npm:1`}, {
      [`constructor@npm:1`]: npm(`constructor`, `1.0.0`),
      [`hasOwnProperty@npm:1`]: npm(`hasOwnProperty`, `1.0.0`),
    }));

    expect(Object.keys(packages)).toEqual([`constructor@npm:1.0.0`, `hasOwnProperty@npm:1.0.0`]);
  });
});

describe(`collectPackages: sources`, () => {
  it.each([
    [`git`, `foo@https://github.com/acme/foo.git#commit=0123456789abcdef0123456789abcdef01234567`],
    [`git`, `foo@git@github.com:acme/foo.git#commit=0123456789abcdef0123456789abcdef01234567`],
    [`https`, `foo@https://example.org/foo-1.0.0.tgz`],
    [`file`, `foo@file:./foo.tgz::locator=root%40workspace%3A.`],
    [`portal`, `foo@portal:../foo::locator=root%40workspace%3A.`],
    [`link`, `foo@link:../foo::locator=root%40workspace%3A.`],
    [`exec`, `foo@exec:./make.js#./make.js::hash=abc123&locator=root%40workspace%3A.`],
    [`custom`, `foo@custom:whatever`],
  ])(`should report %s as another source: %s`, async (protocol, resolution) => {
    const packages = await collectById(makeSingle({}, {
      [`foo@npm:1`]: {resolution, version: `1.0.0`},
    }));

    expect(packages).toMatchObject({[resolution]: {name: `foo`, version: `1.0.0`, source: {type: `other`, protocol}}});
  });

  it(`should keep two folders of the same name apart`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`foo@file:./foo::locator=a%40workspace%3Aa`]: {resolution: `foo@file:./foo#./foo::hash=1&locator=a%40workspace%3Aa`},
      [`foo@file:./foo::locator=b%40workspace%3Ab`]: {resolution: `foo@file:./foo#./foo::hash=2&locator=b%40workspace%3Ab`},
    }));

    expect(Object.keys(packages)).toHaveLength(2);
  });

  it(`should ask the registry of the scope`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`@acme/foo@npm:1`]: npm(`@acme/foo`, `1.0.0`),
      [`@other/foo@npm:1`]: npm(`@other/foo`, `1.0.0`),
    }, {yarnrc: [
      `npmRegistryServer: "https://registry.example.org"`,
      `npmScopes:`,
      `  acme:`,
      `    npmRegistryServer: "https://npm.acme.example.org/private//"`,
      ``,
    ].join(`\n`)}));

    expect(packages).toMatchObject({
      [`@acme/foo@npm:1.0.0`]: {source: {registry: `https://npm.acme.example.org/private`}},
      [`@other/foo@npm:1.0.0`]: {source: {registry: `https://registry.example.org`}},
    });
  });

  it.each([
    [`npm:latest`],
    [`npm:../../other`],
    [`npm:1.0.0/../2.0.0`],
    [`npm:1.0.0#2.0.0`],
  ])(`should refuse the npm reference %s, which names no version`, async reference => {
    await expect(collect(makeSingle({}, {
      [`foo@npm:1`]: {resolution: `foo@${reference}`, version: `1.0.0`},
    }))).rejects.toMatchObject({reportCode: 0, message: expect.stringContaining(`foo@${reference}`)});
  });
});

describe(`collectPackages: patches`, () => {
  const patch = `foo@patch:foo@npm%3A1.0.0#./foo.patch::version=1.0.0&hash=abc123&locator=root%40workspace%3A.`;

  it(`should report a patched package as its source`, async () => {
    const packages = await collectById(makeSingle({foo: `patch:foo@npm%3A1.0.0#./foo.patch`}, {
      [`foo@npm:1.0.0`]: npm(`foo`, `1.0.0`),
      [`foo@patch:foo@npm%3A1.0.0#./foo.patch::locator=root%40workspace%3A.`]: {resolution: patch, version: `1.0.0`},
    }));

    expect(packages).toMatchObject({[`foo@npm:1.0.0`]: {patched: true, direct: true, workspaces: [`root`]}});
    expect(Object.keys(packages)).toEqual([`foo@npm:1.0.0`]);
  });

  it(`should see through the patches that Yarn applies by itself`, async () => {
    const packages = await collectById(makeSingle({typescript: `npm:^5.0.0`}, {
      [`typescript@npm:^5.0.0`]: npm(`typescript`, `5.0.4`),
      [`typescript@patch:typescript@npm%3A^5.0.0#optional!builtin<compat/typescript>`]: {
        resolution: `typescript@patch:typescript@npm%3A5.0.4#optional!builtin<compat/typescript>::version=5.0.4&hash=b5f058`,
        version: `5.0.4`,
      },
    }));

    expect(packages).toMatchObject({[`typescript@npm:5.0.4`]: {patched: true, direct: true, workspaces: [`root`]}});
    expect(Object.keys(packages)).toEqual([`typescript@npm:5.0.4`]);
  });

  it(`should see through nested patches`, async () => {
    const inner = encodeURIComponent(patch.slice(`foo@`.length));

    const packages = await collectById(makeSingle({}, {
      [`foo@npm:1.0.0`]: npm(`foo`, `1.0.0`),
      [`foo@patch:foo@npm%3A1.0.0#./foo.patch`]: {resolution: patch, version: `1.0.0`},
      [`foo@patch:more`]: {resolution: `foo@patch:foo@${inner}#./more.patch::version=1.0.0&hash=def456`, version: `1.0.0`},
    }));

    expect(packages).toMatchObject({[`foo@npm:1.0.0`]: {patched: true}});
    expect(Object.keys(packages)).toEqual([`foo@npm:1.0.0`]);
  });

  it(`should report the other source that a patch wraps`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`foo@patch:foo@https%3A//example.org/foo.tgz#./foo.patch`]: {resolution: `foo@patch:foo@https%3A//example.org/foo.tgz#./foo.patch::version=1.0.0&hash=abc123`, version: `1.0.0`},
    }));

    expect(packages).toMatchObject({[`foo@https://example.org/foo.tgz`]: {patched: true, source: {type: `other`, protocol: `https`}}});
  });

  it(`should not lose a source that only the patch names`, async () => {
    const packages = await collectById(makeSingle({}, {
      [`foo@npm:1.0.0`]: npm(`foo`, `1.0.0`),
      [`foo@patch:foo@npm%3A1.0.0#./foo.patch`]: {resolution: `foo@patch:foo@npm%3A6.6.6#./foo.patch::version=1.0.0&hash=abc123`, version: `1.0.0`},
    }));

    expect(packages).toMatchObject({
      [`foo@npm:1.0.0`]: {patched: false},
      [`foo@npm:6.6.6`]: {patched: true, version: `6.6.6`},
    });
  });

  it(`should refuse a patch without a source`, async () => {
    await expect(collect(makeSingle({}, {
      [`foo@npm:1`]: {resolution: `foo@patch:nothing`, version: `1.0.0`},
    }))).rejects.toMatchObject({reportCode: 0, message: expect.stringContaining(`foo@patch:nothing`)});
  });
});

const monorepoManifests = {
  [`.`]: {name: `root`, workspaces: [`packages/*`], devDependencies: {tool: `npm:1`}},
  [`packages/app`]: {name: `@acme/app`, dependencies: {lib: `workspace:^`, shared: `npm:1`}, devDependencies: {tool: `npm:1`}},
  [`packages/lib`]: {name: `lib`, dependencies: {deep: `npm:1`}, devDependencies: {tester: `npm:1`}},
};

const monorepo: ProjectDescription = {
  manifests: monorepoManifests,
  lockfile: {
    [`root@workspace:.`]: workspace(`root`, `.`, {tool: `npm:1`}),
    [`@acme/app@workspace:packages/app`]: workspace(`@acme/app`, `packages/app`, {lib: `workspace:^`, shared: `npm:1`, tool: `npm:1`}),
    [`lib@workspace:^, lib@workspace:packages/lib`]: workspace(`lib`, `packages/lib`, {deep: `npm:1`, tester: `npm:1`}),
    [`shared@npm:1`]: npm(`shared`, `1.0.0`, {dependencies: {common: `npm:1`}}),
    [`tool@npm:1`]: npm(`tool`, `1.0.0`, {dependencies: {common: `npm:1`, loop: `npm:1`}}),
    [`loop@npm:1`]: npm(`loop`, `1.0.0`, {dependencies: {tool: `npm:1`}}),
    [`deep@npm:1`]: npm(`deep`, `1.0.0`),
    [`tester@npm:1`]: npm(`tester`, `1.5.0-rc.1`),
    [`common@npm:1`]: npm(`common`, `1.0.0`),
    [`left@npm:1`]: npm(`left`, `1.0.0`),
    [`other@https://example.org/other.tgz`]: {resolution: `other@https://example.org/other.tgz`, version: `1.0.0`},
  },
};

describe(`collectPackages: reachability`, () => {
  it(`should name all workspaces that reach a package`, async () => {
    const {packages} = await collect(monorepo);

    expect(Object.fromEntries(packages.map(pkg => [pkg.name, pkg.workspaces]))).toEqual({
      common: [`@acme/app`, `root`],
      deep: [`@acme/app`, `lib`],
      left: [],
      loop: [`@acme/app`, `root`],
      other: [],
      shared: [`@acme/app`],
      tester: [`@acme/app`, `lib`],
      tool: [`@acme/app`, `root`],
    });
  });

  it.each<[Partial<Selection>, Record<string, Array<string>>]>([
    [{workspaces: [`lib`]}, {deep: [`lib`], tester: [`lib`]}],
    [{workspaces: [`lib`, `root`], environment: `development`}, {common: [`root`], loop: [`root`], tester: [`lib`], tool: [`root`]}],
    [{direct: true}, {deep: [`lib`], shared: [`@acme/app`], tester: [`lib`], tool: [`@acme/app`, `root`]}],
    [{environment: `production`}, {common: [`@acme/app`], deep: [`@acme/app`, `lib`], shared: [`@acme/app`]}],
  ])(`should name only the workspaces for which a package was selected by %j`, async (selection, expected) => {
    const {packages} = await collect(monorepo, selection);
    expect(Object.fromEntries(packages.map(pkg => [pkg.name, pkg.workspaces]))).toEqual(expected);
  });

  const select = async (selection: Partial<Selection>) => {
    const {packages, outOfScope} = await collect(monorepo, selection);
    expect(packages.length + outOfScope).toBe(8);

    return packages.map(pkg => pkg.name);
  };

  it.each<[Partial<Selection>, Array<string>]>([
    [{environment: `production`}, [`common`, `deep`, `shared`]],
    [{environment: `development`}, [`common`, `loop`, `tester`, `tool`]],
    [{direct: true}, [`deep`, `shared`, `tester`, `tool`]],
    [{direct: true, environment: `production`}, [`deep`, `shared`]],
    [{direct: true, environment: `development`}, [`tester`, `tool`]],

    [{workspaces: [`lib`]}, [`deep`, `tester`]],
    [{workspaces: [`packages/lib`]}, [`deep`, `tester`]],
    [{workspaces: [`./packages/lib/`]}, [`deep`, `tester`]],
    [{workspaces: [`packages/*`]}, [`common`, `deep`, `loop`, `shared`, `tester`, `tool`]],
    [{workspaces: [`.`]}, [`common`, `loop`, `tool`]],
    [{workspaces: [`@acme/*`], direct: true}, [`shared`, `tool`]],
    [{workspaces: [`@acme/app`], environment: `production`}, [`common`, `deep`, `shared`]],
    [{workspaces: [`@acme/app`], direct: true, environment: `production`}, [`shared`]],
    [{workspaces: [`root`, `lib`]}, [`common`, `deep`, `loop`, `tester`, `tool`]],

    [{patterns: [`left`]}, [`left`]],
    [{patterns: [`other`]}, [`other`]],
    [{patterns: [`*o*`]}, [`common`, `loop`, `other`, `tool`]],
    [{patterns: [`shared`, `deep`]}, [`deep`, `shared`]],
    [{patterns: [`shared@^1.0.0`]}, [`shared`]],
    [{patterns: [`shared@npm:1.0.0`]}, [`shared`]],
    [{patterns: [`*@>=1.1`]}, [`tester`]],
    [{patterns: [`tester@1.5.0-rc.1`]}, [`tester`]],
    [{patterns: [`*`], direct: true}, [`deep`, `shared`, `tester`, `tool`]],
  ])(`should select by %j`, async (selection, expected) => {
    expect(await select(selection)).toEqual(expected);
  });

  it(`should call direct what a selected workspace depends on`, async () => {
    const getDirect = async (selection: Partial<Selection>) => {
      const {packages} = await collect(monorepo, selection);
      return packages.filter(pkg => pkg.direct).map(pkg => pkg.name);
    };

    expect(await getDirect({})).toEqual([`deep`, `shared`, `tester`, `tool`]);
    expect(await getDirect({workspaces: [`@acme/app`]})).toEqual([`shared`, `tool`]);
    expect(await getDirect({workspaces: [`@acme/app`], environment: `production`})).toEqual([`shared`]);
  });

  it(`should count what is named as both kinds of dependency as both`, async () => {
    const description: ProjectDescription = {
      manifests: {[`.`]: {name: `root`, dependencies: {foo: `npm:1`}, devDependencies: {foo: `npm:1`}}},
      lockfile: {
        [`root@workspace:.`]: workspace(`root`, `.`, {foo: `npm:1`}),
        [`foo@npm:1`]: npm(`foo`, `1.0.0`),
      },
    };

    for (const environment of [`production`, `development`] as const) {
      const {packages} = await collect(description, {environment});
      expect(packages.map(pkg => pkg.name)).toEqual([`foo`]);
    }
  });

  it(`should follow peer dependencies to what provides them`, async () => {
    const {packages} = await collect({
      manifests: {[`.`]: {name: `root`, dependencies: {plugin: `npm:1`}, devDependencies: {host: `npm:1`}}},
      lockfile: {
        [`root@workspace:.`]: workspace(`root`, `.`, {plugin: `npm:1`, host: `npm:1`}),
        [`plugin@npm:1`]: npm(`plugin`, `1.0.0`, {peerDependencies: {host: `*`}}),
        [`host@npm:1`]: npm(`host`, `1.0.0`),
      },
    }, {environment: `production`});

    expect(packages.map(pkg => pkg.name)).toEqual([`host`, `plugin`]);
  });

  it(`should count the peer that a workspace gets from its dependent as production, whatever it has for itself`, async () => {
    const {packages} = await collect({
      manifests: {
        [`.`]: {name: `root`, workspaces: [`lib`], dependencies: {lib: `workspace:^`}, devDependencies: {host: `npm:1`}},
        [`lib`]: {name: `lib`, peerDependencies: {host: `*`}, devDependencies: {host: `npm:1`}},
      },
      lockfile: {
        [`root@workspace:.`]: workspace(`root`, `.`, {lib: `workspace:^`, host: `npm:1`}),
        [`lib@workspace:^, lib@workspace:lib`]: workspace(`lib`, `lib`, {host: `npm:1`}, {peerDependencies: {host: `*`}}),
        [`host@npm:1`]: npm(`host`, `1.0.0`),
      },
    }, {environment: `production`});

    expect(packages.map(pkg => pkg.name)).toEqual([`host`]);
  });

  it.each([
    [`@s/foo`, [`@s/foo@npm:1.0.0`, `@s/foo@npm:2.0.0`]],
    [`@s/*`, [`@s/foo@npm:1.0.0`, `@s/foo@npm:2.0.0`]],
    [`@*`, [`@s/foo@npm:1.0.0`, `@s/foo@npm:2.0.0`]],
    [`*/foo@2`, [`@s/foo@npm:2.0.0`]],
    [`@s/foo@^1.0.0`, [`@s/foo@npm:1.0.0`]],
    [`@s/*@npm:2.0.0`, [`@s/foo@npm:2.0.0`]],
  ])(`should take the pattern %s as a scope and a range`, async (pattern, expected) => {
    const {packages} = await collect(makeSingle({}, {
      [`foo@npm:1`]: npm(`foo`, `1.0.0`),
      [`@s/foo@npm:1`]: npm(`@s/foo`, `1.0.0`),
      [`@s/foo@npm:2`]: npm(`@s/foo`, `2.0.0`),
    }), {patterns: [pattern]});

    expect(packages.map(pkg => pkg.id)).toEqual(expected);
  });

  it(`should mark what is excluded, and keep it`, async () => {
    const {packages, outOfScope} = await collect(monorepo, {exclude: [`*o*`, `nothing`]});

    expect(packages.filter(pkg => pkg.excluded).map(pkg => pkg.name)).toEqual([`common`, `loop`, `other`, `tool`]);
    expect(packages).toHaveLength(8);
    expect(outOfScope).toBe(0);
  });

  it.each<[Partial<Selection>, string]>([
    [{patterns: [`shared`, `absent`]}, `"absent"`],
    [{patterns: [``]}, `""`],
    [{patterns: [`shared@^2.0.0`]}, `"shared@^2.0.0"`],
    [{patterns: [`shared@latest`]}, `"latest"`],
    [{patterns: [`deep`], workspaces: [`root`]}, `"deep"`],
    [{workspaces: [`lib`, `absent`]}, `"absent"`],
    [{workspaces: [`root`], environment: `production`}, `--workspace root --environment production`],
  ])(`should refuse %j, naming %s`, async (selection, named) => {
    await expect(collect(monorepo, selection)).rejects.toMatchObject({
      name: `UsageError`,
      message: expect.stringContaining(named),
    });
  });
});

describe(`collectPackages: the project is left as it is`, () => {
  const foo = {[`foo@npm:^1.0.0`]: npm(`foo`, `1.2.0`)};

  it.each<[string, Partial<ProjectDescription>]>([
    [`a lockfile of another format`, {lockfileVersion: 7}],
    [`a lockfile of a coming format`, {lockfileVersion: 99}],
    [`hardened mode`, {yarnrc: `enableHardenedMode: true\n`}],
    [`an age gate`, {yarnrc: `npmMinimalAgeGate: 1000000\n`}],
    [`immutable installs`, {yarnrc: `enableImmutableInstalls: true\n`}],
    [`the linker node-modules`, {yarnrc: `nodeLinker: node-modules\n`}],
    [`the linker pnpm`, {yarnrc: `nodeLinker: pnpm\n`}],
    [`zero-installs`, {yarnrc: `enableGlobalCache: false\n`}],
  ])(`with %s`, async (_, rest) => {
    // Any request would be refused, and the test fail.
    const cwd = await writeProject(makeSingle({foo: `npm:^1.0.0`}, foo, {...rest, yarnrc: `${rest.yarnrc ?? ``}enableNetwork: false\n`}));
    const before = await readFolder(cwd);

    const {packages} = await collectIn(cwd);

    expect(packages.map(pkg => pkg.id)).toEqual([`foo@npm:1.2.0`]);
    expect(await readFolder(cwd)).toEqual(before);
  });

  it(`with an install state that is not of this lockfile`, async () => {
    const cwd = await writeProject(makeSingle({foo: `npm:^1.0.0`}, foo));
    await xfs.mkdirPromise(ppath.join(cwd, `.yarn`));
    await xfs.writeFilePromise(ppath.join(cwd, `.yarn/install-state.gz`), `garbage`);

    const {packages} = await collectIn(cwd);
    expect(packages.map(pkg => pkg.id)).toEqual([`foo@npm:1.2.0`]);
  });

  async function readFolder(cwd: PortablePath) {
    const files: Record<string, string> = {};
    for (const path of await xfs.readdirPromise(cwd, {recursive: true})) {
      const stat = await xfs.statPromise(ppath.join(cwd, path));
      files[path] = stat.isFile() ? await xfs.readFilePromise(ppath.join(cwd, path), `utf8`) : ``;
    }

    return files;
  }
});

describe(`collectPackages: unusable lockfiles`, () => {
  const outOfSync = 20;
  const unusable = 0;

  const manifests = {[`.`]: {name: `root`, dependencies: {foo: `npm:^1.0.0`}}};
  const root = {[`root@workspace:.`]: workspace(`root`, `.`, {foo: `npm:^1.0.0`})};
  const foo = {[`foo@npm:^1.0.0`]: npm(`foo`, `1.0.0`)};

  it.each<[string, number, Partial<ProjectDescription>, string]>([
    [`no lockfile`, unusable, {lockfile: null}, `does not exist`],
    [`an empty lockfile`, unusable, {lockfile: ``}, `does not exist`],
    [`a lockfile of Yarn 1`, unusable, {lockfile: `# yarn lockfile v1\n\n\nfoo@^1.0.0:\n  version "1.0.0"\n`}, `Yarn 3 or earlier`],
    [`a lockfile of Yarn 3`, unusable, {lockfileVersion: 6}, `Yarn 3`],
    [`merge conflicts`, unusable, {lockfile: `__metadata:\n  version: 8\n\n<<<<<<< HEAD\n"foo@npm:1":\n=======\n"foo@npm:2":\n>>>>>>> topic\n`}, `merge conflict`],
    [`broken YAML`, unusable, {lockfile: `__metadata:\n  version: 8\n\n"foo@npm:1":\n  version: 1.0.0\n  resolution: "foo@np`}, `YAML`],
    [`a text`, unusable, {lockfile: `something else`}, `YAML`],
    [`an entry cut off`, unusable, {lockfile: `__metadata:\n  version: 8\n\n"foo@npm:1":\n  version: 1.0.0\n`}, `"foo@npm:1"`],
    [`an entry that is none`, unusable, {lockfile: `__metadata:\n  version: 8\n\n"foo@npm:1": 1\n`}, `"foo@npm:1"`],
    [`an entry without its link type`, unusable, {lockfile: `__metadata:\n  version: 8\n\n"foo@npm:1":\n  resolution: "foo@npm:1.0.0"\n`}, `"foo@npm:1"`],
    [`a resolution that is no locator`, unusable, {lockfile: `__metadata:\n  version: 8\n\n"foo@npm:1":\n  resolution: foo\n  linkType: hard\n`}, `"foo@npm:1"`],
    [`a resolution that is a map`, unusable, {lockfile: `__metadata:\n  version: 8\n\n"foo@npm:1":\n  resolution: {a: b}\n  linkType: hard\n`}, `"foo@npm:1"`],

    [`a missing entry`, outOfSync, {lockfile: root}, `foo@npm:^1.0.0`],
    [`a protocol that no plugin knows`, outOfSync, {
      manifests: {[`.`]: {name: `root`, dependencies: {foo: `custom:1`}}},
      lockfile: {[`root@workspace:.`]: workspace(`root`, `.`, {foo: `custom:1`}), [`foo@custom:1`]: {resolution: `foo@custom:1`}},
    }, `foo@custom:1`],
    [`a missing workspace`, outOfSync, {lockfile: foo}, `root`],
    [`a dependency added since`, outOfSync, {manifests: {[`.`]: {name: `root`, dependencies: {foo: `npm:^1.0.0`, bar: `npm:1`}}}}, `bar@npm:1`],
    [`a dependency changed since`, outOfSync, {manifests: {[`.`]: {name: `root`, dependencies: {foo: `npm:^2.0.0`}}}}, `foo@npm:^2.0.0`],
    [`a dependency removed since`, outOfSync, {manifests: {[`.`]: {name: `root`}}}, `foo@npm:^1.0.0`],
    [`a resolution added since`, outOfSync, {manifests: {[`.`]: {...manifests[`.`], resolutions: {foo: `npm:3`}}}}, `foo@npm:3`],
  ])(`should explain %s`, async (_, reportCode, rest, named) => {
    const cwd = await writeProject({manifests, lockfile: {...root, ...foo}, ...rest});
    const lockfile = ppath.join(cwd, `yarn.lock`);
    const before = await xfs.existsPromise(lockfile) && await xfs.readFilePromise(lockfile, `utf8`);

    const error = await collectIn(cwd).catch((error: Error) => error) as Error;

    expect(error).toMatchObject({reportCode});
    expect(error.message).toContain(lockfile);
    expect(error.message).toContain(named);
    expect(error.message).toContain(`yarn install`);
    expect(await xfs.existsPromise(lockfile) && await xfs.readFilePromise(lockfile, `utf8`)).toBe(before);
  });

  it(`should print nothing of a lockfile that a terminal would obey`, async () => {
    const error = await collect(makeSingle({}, {
      [`foo@npm:1`]: {resolution: `foo@npm:\u001b[2J\u202e\u0007latest`},
    })).catch((error: Error) => error) as Error;

    expect(error.message).toContain(`foo@npm:??latest`);
  });

  it(`should read a range without protocol as Yarn does`, async () => {
    const {packages} = await collect({
      manifests: {[`.`]: {name: `root`, dependencies: {foo: `^1.0.0`}}},
      lockfile: {...root, ...foo},
    });

    expect(packages.map(pkg => pkg.id)).toEqual([`foo@npm:1.0.0`]);
  });

  it(`should leave other faults of the project to Yarn`, async () => {
    const cwd = await writeProject({manifests, lockfile: {...root, ...foo}});
    await xfs.writeFilePromise(ppath.join(cwd, `package.json`), `{`);

    await expect(collectIn(cwd)).rejects.not.toHaveProperty(`reportCode`);
  });

  it(`should refuse a folder that is not part of the project`, async () => {
    const cwd = await writeProject({manifests, lockfile: {...root, ...foo}});
    const inner = ppath.join(cwd, `inner` as PortablePath);
    await xfs.mkdirPromise(inner);
    await xfs.writeJsonPromise(ppath.join(inner, `package.json`), {name: `inner`});

    await expect(collectIn(inner)).rejects.toMatchObject({name: `UsageError`});
  });
});
