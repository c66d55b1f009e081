import npmPlugin from '@yarnpkg/plugin-npm';

/** Yarn's own default registry, read off the settings of its npm plugin: no file here names it. */
export function getDefaultRegistry(): string {
  const {npmRegistryServer} = npmPlugin.configuration as {npmRegistryServer: {default: string}};
  return npmRegistryServer.default;
}
