import type {TrustDescription} from '../auditResult';

const sourceNames: Record<TrustDescription[`source`], string> = {
  tuf: `TUF`,
  cache: `TUF (cached)`,
  embedded: `embedded in the plugin`,
  pinned: `pinned by the settings`,
};

const millisecondsPerDay = 24 * 60 * 60 * 1000;

/** One line: whom the run believes, and how old that is at `now`. */
export function describeTrust({source, fetchedAt, expires}: TrustDescription, now: Date): string {
  const parts = [`Trust root: ${sourceNames[source]}`];
  if (fetchedAt !== null)
    parts.push(`fetched ${getDate(fetchedAt)} (${getAge(fetchedAt, now)})`);
  if (expires !== null)
    parts.push(`expires ${getDate(expires)}`);

  return parts.join(`, `);
}

function getDate(time: string): string {
  return time.slice(0, `YYYY-MM-DD`.length);
}

function getAge(time: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(time)) / millisecondsPerDay);

  if (days >= 1)
    return `${days} ${days === 1 ? `day` : `days`} old`;
  if (days === 0)
    return `less than a day old`;

  // Neither a time in the future nor one that cannot be read has an age.
  return `age unknown`;
}
