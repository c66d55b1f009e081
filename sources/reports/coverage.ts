import type {PackageResult} from '../auditResult';

/** How many packages have what was verified; excluded packages count nowhere. */
export type Coverage = {
  packages: number;
  signatures: number;
  provenance: number;
  archives: number;
};

export type CoverageReport = {
  all: Coverage;
  /** Sorted by name. A package that several workspaces reach counts in each. */
  workspaces: Array<Coverage & {name: string}>;
  /** Npm packages that the project names itself, and that have no verified provenance. */
  unprovenDirect: Array<PackageResult>;
};

/** The kinds of evidence, in the order of a package's way from its registry to the disk. */
export const coverageLabels: Record<Exclude<keyof Coverage, `packages`>, string> = {
  signatures: `Signatures`,
  provenance: `Provenance`,
  archives: `Archives`,
};

export function getCoverage(packages: Array<PackageResult>): CoverageReport {
  const judged = packages.filter(({verdict}) => verdict !== `excluded`);
  const workspaces = new Map<string, Array<PackageResult>>();

  for (const pkg of judged) {
    for (const name of pkg.workspaces) {
      const members = workspaces.get(name) ?? [];
      members.push(pkg);
      workspaces.set(name, members);
    }
  }

  return {
    all: count(judged),
    workspaces: Array.from(workspaces, ([name, members]) => ({name, ...count(members)})).sort((a, b) => a.name < b.name ? -1 : 1),
    unprovenDirect: judged.filter(({direct, registry, provenance}) => direct && registry !== null && provenance.status !== `verified`),
  };
}

function count(packages: Array<PackageResult>): Coverage {
  return {
    packages: packages.length,
    signatures: packages.filter(({signature}) => signature.status === `verified`).length,
    provenance: packages.filter(({provenance}) => provenance.status === `verified`).length,
    archives: packages.filter(({archive}) => archive.status === `verified`).length,
  };
}

/** A share of the packages in whole per cent, which is 100 only for all of them, and 0 only for none. */
export function getPercentage(part: number, {packages}: Coverage): number {
  if (part === 0 || packages === 0)
    return 0;

  return part === packages ? 100 : Math.min(99, Math.max(1, Math.round(100 * part / packages)));
}
