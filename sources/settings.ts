import {SettingsType, type ConfigurationDefinitionMap, type ConfigurationValueMap} from '@yarnpkg/core';
import type {PortablePath}                                                         from '@yarnpkg/fslib';
import npmCliPlugin                                                                from '@yarnpkg/plugin-npm-cli';

import {getHostPlugin}                                                             from './hostPlugin';

/** Sigstore's public good instance, spelled as `@sigstore/tuf` knows it. */
export const DEFAULT_TUF_MIRROR = `https://tuf-repo-cdn.sigstore.dev`;

declare module '@yarnpkg/core' {
  interface ConfigurationValueMap {
    npmSigstoreTufMirror: string;
    npmSigstoreTufRoot: PortablePath | null;
    npmSigstoreTrustedRoot: PortablePath | null;
    npmSigstoreRegistryKeys: Map<string, PortablePath>;
    npmSigstoreFulcioServer: string;
    npmSigstoreRekorServer: string;
    npmSigstoreTsaServer: string | null;

    npmAuditAttestationsExcludePackages: Array<string>;
    npmAttestationSeverities: Map<string, string>;
  }
}

type Definitions = Partial<ConfigurationDefinitionMap<ConfigurationValueMap>>;

const ownSettings: Definitions = {
  npmSigstoreTufMirror: {
    description: `URL of the TUF repository that the Sigstore trust root and the registry keys are refreshed from`,
    type: SettingsType.STRING,
    default: DEFAULT_TUF_MIRROR,
  },
  npmSigstoreTufRoot: {
    description: `Path of the initial root.json of a TUF repository other than Sigstore's public good one`,
    type: SettingsType.ABSOLUTE_PATH,
    default: null,
  },
  npmSigstoreTrustedRoot: {
    description: `Path of a trusted_root.json to use instead of TUF`,
    type: SettingsType.ABSOLUTE_PATH,
    default: null,
  },
  npmSigstoreRegistryKeys: {
    description: `Registry URLs and the paths of files with their keys, to use instead of TUF and of the registry's keys endpoint`,
    type: SettingsType.MAP,
    valueDefinition: {
      description: `Path of a file with the registry's keys`,
      type: SettingsType.ABSOLUTE_PATH,
    },
  },
  npmSigstoreFulcioServer: {
    description: `URL of the Fulcio instance that issues signing certificates`,
    type: SettingsType.STRING,
    default: `https://fulcio.sigstore.dev`,
  },
  npmSigstoreRekorServer: {
    description: `URL of the Rekor instance that logs signatures`,
    type: SettingsType.STRING,
    default: `https://rekor.sigstore.dev`,
  },
  npmSigstoreTsaServer: {
    description: `URL of a timestamp authority to ask too; none by default, as the public good log keeps the time itself`,
    type: SettingsType.STRING,
    default: null,
  },
  npmAuditAttestationsExcludePackages: {
    description: `Array of glob patterns of packages to exclude from npm audit-attestations`,
    type: SettingsType.STRING,
    default: [],
    isArray: true,
  },
  npmAttestationSeverities: {
    description: `Finding ids and the severity to give them (error, warning, info, off)`,
    type: SettingsType.MAP,
    valueDefinition: {
      description: `Severity of the finding`,
      type: SettingsType.STRING,
    },
  },
};

/** Yarn declares them itself in its later versions, and refuses settings that are declared twice. */
const settingsOfLaterHosts: Definitions = {
  npmPublishProvenance: {
    description: `Whether to generate provenance for the published packages`,
    type: SettingsType.BOOLEAN,
    default: false,
  },
};

/** The settings to declare beside those of a host's own npm commands. */
export function getMissingSettings(hostSettings: Definitions): Definitions {
  const missing = Object.entries(settingsOfLaterHosts).filter(([name]) => !Object.hasOwn(hostSettings, name));
  return {...ownSettings, ...Object.fromEntries(missing)};
}

export const settings = getMissingSettings(getHostPlugin(npmCliPlugin).configuration ?? {});
