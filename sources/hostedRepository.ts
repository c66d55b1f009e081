import fromUrl from 'hosted-git-info/lib/from-url.js';
import hosts   from 'hosted-git-info/lib/hosts.js';

/** A repository at one of the hosts that npm knows by name. */
type HostedRepository = {
  /** The address that a browser shows it under. */
  page: string;
  /** Its URL as npm's CLI uploads it. */
  canonical: string;
};

type Template = (values: object) => string;

/** Without a prototype, so that there is no host "constructor". */
const gitHosts = makeTable({
  ...hosts,
  byDomain: makeTable(Object.fromEntries(Object.entries(hosts).map(([name, {domain}]) => [domain, name]))),
  byShortcut: makeTable(Object.fromEntries(Object.keys(hosts).map(name => [`${name}:`, name]))),
});

const protocols = makeTable({
  'git+ssh:': {name: `sshurl`},
  'ssh:': {name: `sshurl`},
  'git+https:': {name: `https`, auth: true},
  'git:': {auth: true},
  'http:': {auth: true},
  'https:': {auth: true},
  'git+http:': {auth: true},
  ...Object.fromEntries(Object.keys(hosts).map(name => [`${name}:`, {name}])),
});

/**
 * Reads a URL or shorthand with npm's parser and tables, deep imports because
 * the package's own index adds a cache of 19 KB. Null where npm knows no host.
 */
export function tryParseHostedRepository(url: string): HostedRepository | null {
  const parsed = fromUrl(url, {}, {gitHosts, protocols});
  if (!parsed)
    return null;

  const [type, user, auth, project, committish, representation] = parsed;
  const host = hosts[type] as Record<string, unknown>;
  const values = {...host, type, user, auth, project, committish, path: ``};

  const fill = (name: string) => (host[`${name}template`] as Template)(values);
  const name = representation === `shortcut` ? `https` : representation;

  return {
    page: fill(`browse`),
    canonical: fill(`${name}template` in host ? name : `sshurl`),
  };
}

function makeTable<T extends object>(values: T): T {
  return Object.assign(Object.create(null), values);
}
