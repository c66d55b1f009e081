import type {Plugin} from '@yarnpkg/core';

/**
 * The plugin in the default import of one of Yarn's own plugin modules. Yarn
 * hands these out as namespaces without the `__esModule` mark, so that in the
 * bundle the default import is the namespace itself.
 */
export function getHostPlugin(defaultImport: Plugin | {default: Plugin}): Plugin {
  return `default` in defaultImport ? defaultImport.default : defaultImport;
}
