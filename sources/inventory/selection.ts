import {structUtils}                  from '@yarnpkg/core';
import type {Project, Workspace}      from '@yarnpkg/core';
import {UsageError}                   from 'clipanion';

import {matches}                      from '../glob';
import {parsePackagePattern}          from '../packagePattern';
import type {PackageTest}             from '../packagePattern';

import type {Candidate}               from './candidates';
import {Reach, type ReachByWorkspace} from './reachability';

/** What the user asked for; an empty list is no restriction. */
export type Selection = {
  /** Globs on idents, each with an optional `@semver-range`. */
  patterns: ReadonlyArray<string>;
  /** Globs on the names and folders of workspaces. */
  workspaces: ReadonlyArray<string>;
  direct: boolean;
  environment: `all` | `production` | `development`;
  /** Globs on idents, from the command line and from the settings. */
  exclude: ReadonlyArray<string>;
};

/**
 * The candidates that the selection covers, in their order, those that
 * `exclude` leaves out among them: they are counted, not dropped.
 *
 * @throws UsageError for a pattern, a workspace glob or a selection that matches nothing: nothing checked must not look like success
 */
export function selectCandidates(candidates: ReadonlyArray<Candidate>, project: Project, selection: Selection): Array<Candidate> {
  const inScope = selectByReach(candidates, project, selection);

  return selection.patterns.length > 0
    ? selectByPatterns(inScope, selection.patterns)
    : inScope;
}

/** Tells whether one of the selected workspaces names a package among its dependencies, for the selected environment. */
export function makeDirectTest(project: Project, {workspaces, environment}: Selection): ReachTest {
  return makeReachTest(getWorkspaceIndexes(project, workspaces), directBits[environment]);
}

/**
 * Names, sorted, the workspaces for which a package was selected: what is
 * reached by others too, or by these in another way, was not looked at as theirs.
 */
export function makeGetWorkspaceNames(project: Project, {workspaces, direct, environment}: Selection): (reach: ReachByWorkspace) => Array<string> {
  const indexes = getWorkspaceIndexes(project, workspaces);
  const bits = (direct ? directBits : transitiveBits)[environment];

  return reach => indexes
    .filter(index => (reach[index]! & bits) !== 0)
    .map(index => structUtils.stringifyIdent(project.workspaces[index]!.anchoredLocator))
    .sort();
}

type ReachTest = (reach: ReachByWorkspace) => boolean;

function makeReachTest(indexes: ReadonlyArray<number>, bits: number): ReachTest {
  return reach => indexes.some(index => (reach[index]! & bits) !== 0);
}

const directBits = {
  all: Reach.DirectProduction | Reach.DirectDevelopment,
  production: Reach.DirectProduction,
  development: Reach.DirectDevelopment,
};

const transitiveBits = {
  all: Reach.Production | Reach.Development,
  production: Reach.Production,
  development: Reach.Development,
};

function selectByReach(candidates: ReadonlyArray<Candidate>, project: Project, {workspaces, direct, environment}: Selection): Array<Candidate> {
  const indexes = getWorkspaceIndexes(project, workspaces);

  // Entries that nothing reaches are part of the audit until somebody asks for
  // what something reaches.
  if (workspaces.length === 0 && !direct && environment === `all`)
    return [...candidates];

  const isReached = makeReachTest(indexes, (direct ? directBits : transitiveBits)[environment]);
  const selected = candidates.filter(({reach}) => isReached(reach));

  if (selected.length === 0 && candidates.length > 0) {
    const options = [
      ...workspaces.map(glob => `--workspace ${glob}`),
      ...direct ? [`--direct`] : [],
      ...environment !== `all` ? [`--environment ${environment}`] : [],
    ];

    throw new UsageError(`No package of the lockfile matches ${options.join(` `)}`);
  }

  return selected;
}

/** Positions in `project.workspaces`; all of them when there are no globs. */
function getWorkspaceIndexes({workspaces}: Project, globs: ReadonlyArray<string>): Array<number> {
  const indexes = [...workspaces.keys()];
  if (globs.length === 0)
    return indexes;

  const selected = new Set<number>();
  for (const glob of globs) {
    const matching = indexes.filter(index => matchesWorkspace(glob, workspaces[index]!));
    if (matching.length === 0)
      throw new UsageError(`No workspace of the project matches "${glob}", neither by name nor by folder`);

    for (const index of matching) {
      selected.add(index);
    }
  }

  return [...selected];
}

function matchesWorkspace(glob: string, {anchoredLocator, relativeCwd}: Workspace) {
  // Shells complete folders to `./packages/a/`.
  const folder = glob.replace(/^\.\/(?=.)/, ``).replace(/(?<=.)\/$/, ``);

  return matches(glob, structUtils.stringifyIdent(anchoredLocator)) || matches(folder, relativeCwd);
}

function selectByPatterns(candidates: ReadonlyArray<Candidate>, patterns: ReadonlyArray<string>): Array<Candidate> {
  const selected = new Set<Candidate>();
  for (const pattern of patterns) {
    const matching = candidates.filter(makePatternTest(pattern));
    if (matching.length === 0)
      throw new UsageError(`No package of the selection matches the pattern "${pattern}"`);

    for (const candidate of matching) {
      selected.add(candidate);
    }
  }

  return candidates.filter(candidate => selected.has(candidate));
}

function makePatternTest(pattern: string): PackageTest {
  const parsed = parsePackagePattern(pattern);
  if (parsed.type === `invalid`)
    throw new UsageError(`"${parsed.range}" is no semver range, in the pattern "${pattern}"`);

  return parsed.test;
}
