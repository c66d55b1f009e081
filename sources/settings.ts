import {SettingsType, type ConfigurationDefinitionMap, type ConfigurationValueMap, type miscUtils} from '@yarnpkg/core';
import type {PortablePath}                                                                         from '@yarnpkg/fslib';
import npmCliPlugin                                                                                from '@yarnpkg/plugin-npm-cli';

import {getHostPlugin}                                                                             from './hostPlugin';

/** Sigstore's public good instance, spelled as `@sigstore/tuf` knows it. */
export const DEFAULT_TUF_MIRROR = `https://tuf-repo-cdn.sigstore.dev`;

/** Rules of a policy, with what they are for. */
const policyRules = {
  signature: `Whether a registry signature must have been verified (required, optional)`,
  provenance: `Whether provenance must have been verified (required, optional); required where the same policy states another rule about it`,
  sourceRepository: `URL of the repository that the package is built from`,
  sourceRef: `Branch or tag that the package is built from, as a full ref`,
  workflow: `Path of the workflow or pipeline file that builds the package`,
  trigger: `Event that starts the build`,
  runner: `Kind of runner that the build runs on`,
  issuer: `OIDC issuer of the CI; exact ones are accepted beside the known CIs`,
  signer: `Subject of the signing certificate: the workflow, with its ref, that ran the signing job`,
};

const exceptionFields = {
  package: `Glob on idents, or ident@semver-range`,
  finding: `Id of the finding to accept`,
  reason: `Why it is accepted`,
  until: `Last day (YYYY-MM-DD, UTC) that the exception holds for`,
};

function makeTextProperties<K extends string>(descriptions: Record<K, string>) {
  const entries = Object.entries<string>(descriptions).map(([name, description]) => [name, {description, type: SettingsType.STRING, default: null}]);
  return Object.fromEntries(entries) as Record<K, {description: string, type: SettingsType.STRING, default: null}>;
}

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
    npmAttestationPolicies: Map<string, miscUtils.ToMapValue<Record<keyof typeof policyRules, string | null>>>;
    npmAttestationExceptions: Array<miscUtils.ToMapValue<Record<keyof typeof exceptionFields, string | null>>>;
    npmAttestationGate: `off` | `warn` | `error`;
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
    description: `Finding ids and the severity to give them (error, warning, info, off; incomplete for what could not be checked)`,
    type: SettingsType.MAP,
    valueDefinition: {
      description: `Severity of the finding`,
      type: SettingsType.STRING,
    },
  },
  npmAttestationPolicies: {
    description: `Package globs and the rules for the evidence of their packages; * matches any characters`,
    type: SettingsType.MAP,
    valueDefinition: {
      description: `Rules for the packages that match; each comes from the longest glob that states it`,
      type: SettingsType.SHAPE,
      properties: makeTextProperties(policyRules),
    },
  },
  npmAttestationExceptions: {
    description: `Array of accepted findings: package (a glob, or ident@semver-range), finding (its id), reason, and optionally until (the last day, YYYY-MM-DD)`,
    type: SettingsType.SHAPE,
    isArray: true,
    properties: makeTextProperties(exceptionFields),
  },
  npmAttestationGate: {
    description: `Whether to verify packages when they are downloaded, before they reach the cache: error refuses what would fail the audit, warn reports it after the installation`,
    type: SettingsType.STRING,
    values: [`off`, `warn`, `error`],
    default: `off`,
  },
};

/** Yarn declares them itself in its later versions, and refuses settings that are declared twice. */
const settingsOfLaterHosts: Definitions = {
  npmPublishProvenance: {
    description: `Whether to generate provenance for the published packages`,
    type: SettingsType.ANY,
    default: false,
  },
};

/**
 * Lets the host's own provenance setting hold anything, an empty variable
 * above all, which means no: read as a boolean it would stop every command.
 * What it holds is judged by the publish that needs to know.
 */
export function relaxProvenanceSetting({npmPublishProvenance: setting}: Definitions): void {
  if (typeof setting !== `undefined`) {
    setting.type = SettingsType.ANY;
  }
}

/** The settings to declare beside those of a host's own npm commands. */
export function getMissingSettings(hostSettings: Definitions): Definitions {
  const missing = Object.entries(settingsOfLaterHosts).filter(([name]) => !Object.hasOwn(hostSettings, name));
  return {...ownSettings, ...Object.fromEntries(missing)};
}

export const settings = getMissingSettings(getHostPlugin(npmCliPlugin).configuration ?? {});
