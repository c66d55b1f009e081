/** The variables of a job. Read only, and given as an argument, so that what is derived from them can be tested. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What runs this job, as far as provenance and trusted publishing tell them apart. */
export type Ci =
  | {type: `github` | `gitlab` | `circleci`, name: string}
  | {type: `other`, name: string};

/** Yarn and npm look at the same variables; where several are set they ask for GitHub first. */
export function detectCi(env: Environment): Ci {
  if (env.GITHUB_ACTIONS)
    return {type: `github`, name: `GitHub Actions`};
  if (env.GITLAB_CI)
    return {type: `gitlab`, name: `GitLab CI`};
  if (env.CIRCLECI)
    return {type: `circleci`, name: `CircleCI`};

  return {type: `other`, name: env.CI && env.CI !== `false` ? `this CI` : `a machine that is not a CI`};
}
