import {existsSync} from 'node:fs';
import path         from 'node:path';

/** Attestations and signatures of real packages, kept beside the checkout on machines that have them. */
export const evidenceFolder = path.resolve(__dirname, `../../../shared/evidence`);
export const hasRealEvidence = existsSync(path.join(evidenceFolder, `README.md`));

export const chromiumPath = process.env.CHROMIUM_PATH ?? `/usr/bin/chromium`;
export const hasChromium = existsSync(chromiumPath);

/** What of the tests this machine cannot run, and why. */
export function listAbsent(): Array<string> {
  return [
    ...hasRealEvidence ? [] : [`real evidence (../shared/evidence absent)`],
    ...hasChromium ? [] : [`the report in a browser (${chromiumPath} absent)`],
  ];
}
