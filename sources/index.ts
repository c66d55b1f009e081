import type {Hooks, Plugin}               from '@yarnpkg/core';
import {xfs}                              from '@yarnpkg/fslib';
import npmCliPlugin                       from '@yarnpkg/plugin-npm-cli';

import NpmAuditAttestationsCommand        from './commands/npm/auditAttestations';
import {extendPublishCommand}             from './commands/npm/publish';
import {getHostPlugin}                    from './hostPlugin';
import {publishHooks}                     from './publishing/publishHooks';
import {relaxProvenanceSetting, settings} from './settings';

const hostPlugin = getHostPlugin(npmCliPlugin);
extendPublishCommand(hostPlugin);
relaxProvenanceSetting(hostPlugin.configuration ?? {});

const plugin: Plugin<Hooks> = {
  configuration: settings,
  commands: [
    NpmAuditAttestationsCommand,
  ],
  hooks: {
    ...publishHooks,

    cleanGlobalArtifacts: async configuration => {
      const {getEvidenceFolder} = await import(`./evidence/evidenceStore`);
      await xfs.removePromise(getEvidenceFolder(configuration));
    },
  },
};

// eslint-disable-next-line arca/no-default-export
export default plugin;
