import type {KeySource}     from '../auditResult';

import {decodeKeys}         from './decodeKeys';
import {decodeTrustedRoot}  from './decodeTrustedRoot';
import type {SigstoreTrust} from './types';

const ROOT_TARGET = `trusted_root.json`;
const KEYS_SUFFIX = `/keys.json`;

/** Whether a target of a TUF repository is one that trust is made of. */
export function isTrustTarget(name: string) {
  return name === ROOT_TARGET || isKeysTarget(name);
}

/**
 * Makes trust of the content of targets. Throws an `Error` that names the
 * target when one is missing or malformed: less trust than the repository
 * gives would make good packages look unsigned.
 */
export function decodeTargets(targets: ReadonlyMap<string, unknown>, keySource: KeySource): Pick<SigstoreTrust, `root` | `keys` | `keyHosts`> {
  if (!targets.has(ROOT_TARGET))
    throw new Error(`${ROOT_TARGET}: there is no such target`);

  const {keys, keyHosts} = decodeKeyTargets(targets, keySource);
  return {root: decodeTarget(ROOT_TARGET, () => decodeTrustedRoot(targets.get(ROOT_TARGET))), keys, keyHosts};
}

/** Only the registry keys among the targets. */
export function decodeKeyTargets(targets: ReadonlyMap<string, unknown>, keySource: KeySource): Pick<SigstoreTrust, `keys` | `keyHosts`> {
  const names = [...targets.keys()].filter(isKeysTarget).sort();

  const keys = names.flatMap(name => decodeTarget(name, () => {
    const ofHost = decodeKeys(targets.get(name), keySource, getHost(name));
    if (ofHost.length === 0)
      throw new Error(`the list of keys is empty`);
    return ofHost;
  }));

  return {keys, keyHosts: new Set(names.map(getHost))};
}

function isKeysTarget(name: string) {
  return name.endsWith(KEYS_SUFFIX) && name.length > KEYS_SUFFIX.length;
}

/** In the spelling of `tryParseRegistryHost`. */
function getHost(name: string) {
  const [host, ...path] = name.slice(0, -KEYS_SUFFIX.length).split(`/`);
  return [host!.toLowerCase(), ...path].join(`/`);
}

function decodeTarget<T>(name: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, {cause: error});
  }
}
