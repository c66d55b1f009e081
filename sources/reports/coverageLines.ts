import {coverageLabels, getPercentage, type Coverage, type CoverageReport} from './coverage';
import {wrap}                                                              from './wrap';

/** How many workspaces and packages are named without `--verbose`. */
const sampleSize = 10;

/** Each line makes sense when it is read aloud, without a table's header. Takes a sanitised report. */
export function makeCoverageLines({all, workspaces, unprovenDirect}: CoverageReport, {verbose}: {verbose: boolean}): Array<string> {
  const named = workspaces.length > 1 ? workspaces.slice(0, verbose ? workspaces.length : sampleSize) : [];
  const unproven = unprovenDirect.slice(0, verbose ? unprovenDirect.length : sampleSize);

  return [
    `Coverage: what was verified`,
    ...wrap(`All packages: ${describe(all)}`, 2, 4),
    ...named.flatMap(workspace => wrap(`${workspace.name}: ${describe(workspace)}`, 2, 4)),
    ...workspaces.length > 1 ? makeRemainder(workspaces.length - named.length) : [],
    ...unproven.length > 0 ? wrap(`Direct dependencies without verified provenance (${unprovenDirect.length}): ${unproven.map(({locator}) => locator).join(`, `)}`, 2, 4) : [],
    ...makeRemainder(unprovenDirect.length - unproven.length),
  ];
}

function describe(coverage: Coverage): string {
  const shares = Object.entries(coverageLabels).map(([key, label]) => {
    const part = coverage[key as keyof typeof coverageLabels];
    return `${label.toLowerCase()} ${part} (${getPercentage(part, coverage)}%)`;
  });

  return `${coverage.packages}; ${shares.join(`, `)}`;
}

function makeRemainder(count: number): Array<string> {
  return count > 0 ? [`    and ${count} more, which --verbose lists`] : [];
}
