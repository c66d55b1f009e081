import type {KeySource, PackageResult, SignatureResult} from '../auditResult';

import {makeFieldLines, makeLinkLines}                  from './findingLines';
import {getLinks, type LinkContext}                     from './links';
import {wrap}                                           from './wrap';

const keyVouchers: Record<KeySource, string> = {
  tuf: `TUF`,
  embedded: `TUF (built in)`,
  pinned: `the settings`,
  registry: `the registry alone`,
};

/** Every package with its verdict and where it comes from. Takes a sanitised result. */
export function makePackageLines(packages: Array<PackageResult>, context: LinkContext): Array<string> {
  return [
    `All packages`,
    ``,
    ...packages.flatMap(pkg => [...wrap(pkg.locator, 2, 4), ...makeSourceLines(pkg, context), ``]),
  ];
}

/** How it ended, and who vouches for the key. */
export function describeSignature({status, keySource}: SignatureResult): string {
  return keySource ? `${status}, key vouched for by ${keyVouchers[keySource]}` : status;
}

function makeSourceLines(pkg: PackageResult, context: LinkContext): Array<string> {
  const {verdict, patched, signature, provenance, archive} = pkg;
  const makeFields = (fields: Array<[label: string, value: string | undefined]>) => {
    return fields.flatMap(([label, value]) => value ? makeFieldLines(label, value, 4) : []);
  };

  const verdictLines = makeFields([[`Verdict`, patched ? `${verdict}, patched by this project` : verdict]]);
  if (verdict === `excluded`)
    return verdictLines;

  // Claims of provenance that did not verify are anybody's.
  const {sourceRepository, sourceRef, workflow} = provenance.status === `verified` ? provenance : {};

  return [
    ...verdictLines,
    ...makeFields([
      [`Signature`, describeSignature(signature)],
      [`Provenance`, provenance.status],
      [`Archive`, archive.status],
      [`Source`, sourceRepository],
      [`Ref`, sourceRef],
      [`Workflow`, workflow],
    ]),
    ...makeLinkLines(getLinks(pkg, context), 4),
  ];
}
