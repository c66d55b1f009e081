import {describe, expect, test} from 'vitest';

import {DEFAULT_TUF_MIRROR}     from '../../../sources/settings';
import {decodeKeys}             from '../../../sources/trust/decodeKeys';
import {decodeTargets}          from '../../../sources/trust/decodeTargets';
import {decodeTrustedRoot}      from '../../../sources/trust/decodeTrustedRoot';
import {tryGetEmbeddedTrust}    from '../../../sources/trust/embeddedTrust';
import type {RegistryKey}       from '../../../sources/trust/types';
import {hasRealEvidence}        from '../../support/optionalTests';
import {readEvidence}           from '../../support/realEvidence';

const simplify = (keys: Array<RegistryKey>) => keys
  .flatMap(({keyid, usages, publicKey, expires}) => [...usages].map(usage => ({keyid, usage, publicKey: publicKey.export({format: `der`, type: `spki`}).toString(`base64`), expires})))
  .sort((a, b) => a.keyid < b.keyid || (a.keyid === b.keyid && a.usage < b.usage) ? -1 : 1);

describe.runIf(hasRealEvidence)(`the public registry's keys`, () => {
  test(`it should read both forms alike`, () => {
    const {endpoint, tuf} = readEvidence<{endpoint: unknown, tuf: unknown}>(`keys.json`);
    expect(simplify(decodeKeys(endpoint, `registry`))).toEqual(simplify(decodeKeys(tuf, `tuf`)));
  });

  test(`it should have them built in, with the trusted root`, async () => {
    const embedded = await tryGetEmbeddedTrust(DEFAULT_TUF_MIRROR);
    const {keys, root} = decodeTargets(embedded!.targets, `embedded`);

    expect(simplify(keys)).toEqual(simplify(decodeKeys(readEvidence<{tuf: unknown}>(`keys.json`).tuf, `tuf`)));
    expect(root).toEqual(decodeTrustedRoot(readEvidence(`trusted-root.json`)));
  });
});
