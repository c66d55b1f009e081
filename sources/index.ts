import type {Hooks, Plugin}        from '@yarnpkg/core';
import {xfs}                       from '@yarnpkg/fslib';

import NpmAuditAttestationsCommand from './commands/npm/auditAttestations';
import {settings}                  from './settings';

const plugin: Plugin<Hooks> = {
  configuration: settings,
  commands: [
    NpmAuditAttestationsCommand,
  ],
  hooks: {
    cleanGlobalArtifacts: async configuration => {
      const {getEvidenceFolder} = await import(`./evidence/evidenceStore`);
      await xfs.removePromise(getEvidenceFolder(configuration));
    },
  },
};

// eslint-disable-next-line arca/no-default-export
export default plugin;
