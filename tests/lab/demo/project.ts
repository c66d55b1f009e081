import {makeProject, type TestProject} from '../../support/makeProject';
import type {Lab}                      from '../lab';

import type {DemoLab}                  from './attacks';

/** Two registries: one signs and attests, the other offers nothing that could be verified. */
export async function populate(lab: Lab): Promise<DemoLab & {unsignedUrl: string}> {
  const {registry} = lab;
  const repository = {type: `git`, url: `git+https://github.com/acme/widgets.git`};

  const signed = registry.add({name: `signed`, version: `1.0.0`});
  const attested = registry.add({name: `attested`, version: `1.0.0`, manifest: {repository, dependencies: {signed: `^1.0.0`}}, provenance: true});
  const next = registry.add({name: `attested`, version: `1.1.0`, manifest: {repository}, provenance: {claims: {ref: `refs/tags/v1.1.0`}}});

  const plain = await lab.addRegistry({keys: []});
  plain.add({name: `@plain/unsigned`, version: `1.0.0`});

  return {lab, registry, signed, attested, next, unsignedUrl: plain.url};
}

/** Two workspaces; the plugin is not imported yet. `more` are further dependencies of the app. */
export async function makeDemoProject({lab, registry, unsignedUrl}: {lab: Lab, registry: {url: string}, unsignedUrl: string}, more: Record<string, string> = {}): Promise<TestProject> {
  return await makeProject({
    plugin: false,
    workspaces: {
      [`packages/app`]: {name: `app`, version: `1.0.0`, dependencies: {attested: `1.0.0`, '@plain/unsigned': `1.0.0`, library: `workspace:^`, ...more}},
      [`packages/library`]: {name: `library`, version: `1.0.0`, dependencies: {alias: `npm:signed@1.0.0`}},
    },
    yarnrc: {
      npmRegistryServer: registry.url,
      npmScopes: {plain: {npmRegistryServer: unsignedUrl}},
      httpRetry: 0,
    },
    files: {
      'tuf-root.json': lab.tuf.initialRoot.toString(),
    },
  });
}

/** Settings of the plugin: Yarn refuses them before it has been imported. */
export const getTrustSettings = ({lab}: {lab: Lab}) => ({
  npmSigstoreTufMirror: lab.tufServer.url,
  npmSigstoreTufRoot: `./tuf-root.json`,
});
