import {npath}                             from '@yarnpkg/fslib';
import type {PortablePath}                 from '@yarnpkg/fslib';
import {UsageError}                        from 'clipanion';

import {readBoundedFile}                   from '../boundedFile';
import {parseJson}                         from '../evidence/decode/parseJson';
import {getText}                           from '../jsonFields';

import type {ProvenanceSource}             from './provenanceSource';
import type {PublishSubject}               from './subject';
import {ProvenanceError, verifyProvenance} from './verifyProvenance';
import type {ProvenanceTrust}              from './verifyProvenance';

const MAX_BYTES = 16 * 1024 * 1024;

/** What registries read from a certificate; those of before 2023 have less. */
const CLAIMS = [`sourceRepository`, `sourceVisibility`, `sourceRef`, `sourceCommit`, `trigger`, `runner`, `run`] as const;

/**
 * Provenance that somebody else has signed for this tarball. It is attached to
 * the letter, or nothing is published.
 *
 * @throws UsageError naming the file
 */
export async function readProvenanceFile(path: PortablePath, subject: PublishSubject, trust: ProvenanceTrust): Promise<ProvenanceSource> {
  const makeError = (reason: string) => new UsageError(`The provenance file ${npath.fromPortablePath(path)} can't be attached: ${reason}`);

  const content = await readBoundedFile(path, MAX_BYTES).catch(error => {
    throw makeError((error as Error).message);
  });

  try {
    const bundle = parseJson(content);
    const {predicateType, predicate, certified, logIndex, payload} = verifyProvenance(bundle, subject, trust);

    return {
      problems: [],
      summary: {predicateType, certified, missing: CLAIMS.filter(claim => !certified[claim]), predicate, statement: JSON.parse(payload.toString(`utf8`))},
      makeBundle: async () => ({mediaType: getText(bundle, `mediaType`)!, text: content.toString(`utf8`), logIndex, isNew: false}),
    };
  } catch (error) {
    throw makeError(error instanceof ProvenanceError ? error.message : `it is not a Sigstore bundle`);
  }
}
