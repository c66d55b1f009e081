import type {AuditRow}    from './auditRuns';
import type {BenchResult} from './benchResult';

/** What the plugin is held to, and what came out. */
export type Aim = {aim: string, measured: string, met: boolean};

const SIZE = 1267;

export function judgeAims({audits, startups, verification, bundleBytes, installs}: BenchResult): Array<Aim> {
  const find = (contender: AuditRow[`contender`], row: Partial<AuditRow>) => {
    const wanted = {size: SIZE, latency: 0, ...row, contender};
    return audits.find(candidate => Object.entries(wanted).every(([field, value]) => candidate[field as keyof AuditRow] === value));
  };

  const aims: Array<Aim> = [];

  const atLeast = (aim: string, factor: number, ours: number | undefined, theirs: number | undefined) => {
    if (typeof ours !== `undefined` && typeof theirs !== `undefined`) {
      aims.push({aim: `${aim}: at least ${factor === 1 ? `as fast` : `${factor} times`}`, measured: `${(theirs / ours).toFixed(2)} times`, met: theirs >= factor * ours});
    }
  };

  const atMost = (aim: string, limit: number, value: number | undefined, unit: string) => {
    if (typeof value !== `undefined`) {
      aims.push({aim: `${aim}: at most ${Number(limit.toFixed(3))} ${unit}`, measured: `${Number(value.toFixed(3))} ${unit}`, met: value <= limit});
    }
  };

  for (const latency of [0, 30]) {
    for (const [node, cold, warm] of [[`20`, 5, 8], [`22`, 4, 6]] as const) {
      const at = {latency, node};
      const place = `Node ${node}, ${latency} ms`;

      atLeast(`cold, faster than npm (${place})`, cold, find(`plugin`, {...at, state: `cold`})?.wall, find(`npm`, {...at, state: `cold`})?.wall);
      atLeast(`warm, faster than npm (${place})`, warm, find(`plugin`, {...at, state: `warm`})?.wall, find(`npm`, {...at, state: `warm`})?.wall);
      atLeast(`cold, faster than pnpm (${place})`, 1, find(`plugin`, {...at, state: `cold`})?.wall, find(`pnpm`, {...at, state: `cold`})?.wall);
      atLeast(`warm, faster than pnpm (${place})`, 3, find(`plugin`, {...at, state: `warm`})?.wall, find(`pnpm`, {...at, state: `warm`})?.wall);
    }
  }

  for (const node of [`20`, `22`] as const) {
    const warm = find(`plugin`, {node, state: `warm`});
    const empty = find(`yarn`, {node, state: `empty`});

    atMost(`warm, above an empty Yarn command (Node ${node})`, 0.5, warm && empty && (warm.wall - empty.wall) / 1000, `s`);
  }

  const cold = find(`plugin`, {node: `20`, state: `cold`});
  const large = find(`plugin`, {node: `20`, state: `cold`, size: 10_000});
  const npm = find(`npm`, {node: `20`, state: `cold`});

  atMost(`warm, requests`, 2, find(`plugin`, {node: `20`, state: `warm`})?.requests, `requests, of the trust root's refresh`);
  atMost(`bytes, cold, of npm's`, 1 / 3, cold && npm && cold.bytes / npm.bytes, `of them`);
  atMost(`peak memory, cold, of npm's`, 1, cold && npm && cold.memory / npm.memory, `of it`);
  atMost(`peak memory, 10,000 packages`, 2, cold && large && large.memory / cold.memory, `times that of 1,267`);
  atMost(`time, 10,000 packages`, 8, cold && large && large.wall / cold.wall, `times that of 1,267`);
  atMost(`a provenance bundle and its publish attestation, processor time`, 3, verification.plugin, `ms`);
  atMost(`the same, of @sigstore/verify's time`, 0.3, verification.plugin / verification.stock, `of it`);
  atMost(`bundle`, 450, bundleBytes / 1000, `KB`);

  for (const {command, node, added} of startups)
    atMost(`${command}, slower with the plugin (Node ${node})`, 10, added, `ms`);

  const getInstall = (what: string) => installs.find(row => row.what === what)?.wall;
  const [bare, gated] = [getInstall(`install without the plugin`), getInstall(`install with the gate`)];
  atMost(`install with the gate, 30 ms`, 1.25, bare && gated && gated / bare, `times one without the plugin`);

  return aims;
}
