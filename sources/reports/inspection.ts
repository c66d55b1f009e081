import type {PackageResult}                                                        from '../auditResult';
import type {Inspection}                                                           from '../inspectPackage';

import {describeDevelopment, type Development}                                     from './development';
import {groupFindings}                                                             from './findingGroups';
import {makeFieldLines, makeFindingLines, makeLinkLines, type FindingLinesContext} from './findingLines';
import {getLinks}                                                                  from './links';
import {describeSignature}                                                         from './packageLines';
import {escapeUnsafe, makeBounded, makePrintable, mapStrings}                      from './sanitise';
import {wrap}                                                                      from './wrap';

/** How many of a list are named. */
const maxNamed = 10;

/** Records of an audit: the package, with its release and the development of its evidence, then the findings of the run. */
export function stringifyInspection(inspection: Inspection): Array<string> {
  const {bundles, ...pkg} = inspection.pkg;
  const {publishedAt, publisher, evidence} = inspection.release;

  const records = [{
    type: `package`,
    ...pkg,
    release: {publishedAt: publishedAt?.toISOString() ?? null, publisher, evidence},
    development: describeDevelopment(inspection.history),
  }, ...inspection.findings.map(finding => ({type: `finding`, ...finding}))];

  return records.map(record => escapeUnsafe(JSON.stringify(mapStrings(record, text => makeBounded(text)))));
}

/** One package for people. */
export function makeInspectionLines(inspection: Inspection, context: Omit<FindingLinesContext, `verbose`>): Array<string> {
  const print = <T>(value: T) => mapStrings(value, text => makePrintable(text));

  const {bundles, ...rest} = inspection.pkg;
  const pkg = print(rest);
  const sections = groupFindings({packages: [pkg], findings: print(inspection.findings)});

  return [
    ...wrap(pkg.locator, 0),
    ...makeEvidenceLines(pkg, print(inspection.release.publisher), inspection.release.publishedAt),
    ...makeLinkLines(getLinks(pkg, context), 2),
    ``,
    ...makeFindingLines(sections, {...context, verbose: true}),
    ...makeDevelopmentLines(print(describeDevelopment(inspection.history))),
  ];
}

function makeEvidenceLines({verdict, registry, signature, publish, provenance}: PackageResult, publisher: string | null, publishedAt: Date | null): Array<string> {
  const proven = provenance.status === `verified` ? provenance : null;
  const join = (...parts: Array<string | undefined>) => parts.filter(part => part).join(`, `);

  const fields: Array<[label: string, value: string | null | undefined]> = [
    [`Verdict`, verdict],
    [`Registry`, registry],
    [`Publisher (unsigned)`, publisher],
    [`Published (unsigned)`, publishedAt?.toISOString()],
    [`Signature`, describeSignature(signature)],
    [`Key`, signature.keyid],
    [`Publish attestation`, join(publish.status, publish.time, publish.logIndex && `log index ${publish.logIndex}`)],
    [`Provenance`, join(provenance.status, proven?.time, proven?.logIndex && `log index ${proven.logIndex}`)],
    [`Source`, proven?.sourceRepository],
    [`Ref`, proven?.sourceRef],
    [`Workflow`, proven?.workflow],
    [`Trigger`, proven?.trigger],
    [`Runner`, proven?.runner],
    [`Signer`, proven?.signer],
    [`Issuer`, proven?.issuer],
  ];

  return fields.flatMap(([label, value]) => value ? makeFieldLines(label, value, 2) : []);
}

function makeDevelopmentLines({releases, advertised, verified, first, gaps, changes}: Development): Array<string> {
  const named = gaps.slice(-maxNamed);
  const remainder = gaps.length - named.length;

  return [
    `Releases: ${releases}; ${advertised} advertise provenance, which was verified for ${verified}`,
    ...first !== null ? makeFieldLines(`First with provenance`, `${first.version}${first.publishedAt !== null ? ` (${first.publishedAt.slice(0, `YYYY-MM-DD`.length)})` : ``}`, 2) : [],
    ...gaps.length > 0 ? makeFieldLines(`Without provenance since`, `${named.join(`, `)}${remainder > 0 ? ` and ${remainder} before` : ``}`, 2) : [],
    ...changes.slice(-maxNamed).flatMap(({version, field, from, to}) => makeFieldLines(`${field === `workflow` ? `Workflow` : `Repository`} changed with ${version}`, `${from} became ${to}`, 2)),
  ];
}
