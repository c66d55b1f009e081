import type {Hooks, Plugin}               from '@yarnpkg/core';
import {xfs}                              from '@yarnpkg/fslib';
import dlxPlugin                          from '@yarnpkg/plugin-dlx';
import npmCliPlugin                       from '@yarnpkg/plugin-npm-cli';
import npmPlugin                          from '@yarnpkg/plugin-npm';

import NpmAttestationsCommand             from './commands/npm/attestations';
import NpmAuditAttestationsCommand        from './commands/npm/auditAttestations';
import {extendPublishCommand}             from './commands/npm/publish';
import {getHostPlugin}                    from './hostPlugin';
import {extendDlx}                        from './install/dlx';
import {extendFetchers}                   from './install/fetchers';
import {installHooks}                     from './install/hooks';
import {publishHooks}                     from './publishing/publishHooks';
import {relaxProvenanceSetting, settings} from './settings';

const hostPlugin = getHostPlugin(npmCliPlugin);
extendPublishCommand(hostPlugin);
relaxProvenanceSetting(hostPlugin.configuration ?? {});

extendFetchers(getHostPlugin(npmPlugin));
extendDlx(getHostPlugin(dlxPlugin));

const plugin: Plugin<Hooks> = {
  configuration: settings,
  commands: [
    NpmAttestationsCommand,
    NpmAuditAttestationsCommand,
  ],
  hooks: {
    ...publishHooks,
    ...installHooks,

    wrapNetworkRequest: async (executor, info) => {
      return await publishHooks.wrapNetworkRequest(await installHooks.wrapNetworkRequest(executor, info), info);
    },

    cleanGlobalArtifacts: async configuration => {
      const {getEvidenceFolder} = await import(`./evidence/evidenceStore`);
      await xfs.removePromise(getEvidenceFolder(configuration));
    },
  },
};

// eslint-disable-next-line arca/no-default-export
export default plugin;
