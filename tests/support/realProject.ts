import {getDefaultRegistry}               from './defaultRegistry';
import type {HttpsProxy}                  from './httpsProxy';
import {makeProject, type ProjectOptions} from './makeProject';

/** A project of the default registry, for which a proxy answers under its own name. */
export function makeRealProject(proxy: HttpsProxy, {yarnrc, files, ...options}: ProjectOptions = {}) {
  return makeProject({
    ...options,
    yarnrc: {
      npmRegistryServer: getDefaultRegistry(),
      httpsProxy: proxy.url,
      httpsCaFilePath: `./authority.pem`,
      httpRetry: 0,
      // The trust that is built in has to do, on any machine.
      networkSettings: {'*.sigstore.dev': {enableNetwork: false}},
      ...yarnrc,
    },
    files: {'authority.pem': proxy.authority, ...files},
  });
}
