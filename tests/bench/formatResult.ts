import type {Aim}         from './aims';
import type {BenchResult} from './benchResult';

/** Tables in Markdown: they read well on a terminal, and in the documentation. */
export function formatResult({machine, versions, audits, startups, verification, bundleBytes, installs}: BenchResult, aims: Array<Aim>): string {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  const mebibytes = (bytes: number) => String(Math.round(bytes / 2 ** 20));
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);

  const sections: Array<[title: string, table: Array<Array<string>>]> = [
    [`Audits (medians; ratios: how many times the plugin's time)`, [
      [`packages`, `Node`, `latency`, `state`, ``, `time in s`, `ratio`, `processor time in s`, `peak memory in MiB`, `requests`, `MB received`],
      ...audits.map(row => {
        const ours = audits.find(other => other.contender === `plugin` && other.size === row.size && other.node === row.node && other.latency === row.latency && other.state === row.state);

        return [
          String(row.size), row.node, `${row.latency} ms`, row.state, row.contender, seconds(row.wall),
          ours ? (row.wall / ours.wall).toFixed(2) : ``,
          seconds(row.cpu), mebibytes(row.memory), String(row.requests), megabytes(row.bytes),
        ];
      }),
    ]],
    [`Other commands (100 packages, medians)`, [
      [`command`, `Node`, `without the plugin in ms`, `with it in ms`, `median difference in ms`],
      ...startups.map(row => [row.command, row.node, row.without.toFixed(0), row.with.toFixed(0), row.added.toFixed(1)]),
    ]],
    [`Installation with 30 ms of latency, and audits of it without`, [
      [``, `time in s`, `ratio`, `processor time in s`, `peak memory in MiB`, `requests`],
      ...installs.map((row, index) => [row.what, seconds(row.wall), (row.wall / installs[index - index % 2]!.wall).toFixed(2), seconds(row.cpu), mebibytes(row.memory), String(row.requests)]),
    ]],
    [`Verification (processor time)`, [
      [``, `the plugin in ms`, `@sigstore/verify in ms`, `ratio`],
      [`a provenance bundle and its publish attestation`, verification.plugin.toFixed(2), verification.stock.toFixed(2), (verification.stock / verification.plugin).toFixed(2)],
      [`a registry signature`, verification.signature.toFixed(2), ``, ``],
    ]],
    [`Aims`, [
      [`aim`, `measured`, `met`],
      ...aims.map(({aim, measured, met}) => [aim, measured, met ? `yes` : `no`]),
    ]],
  ];

  const header = [
    `${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memory / 2 ** 30)} GiB, ${machine.system}, files in ${machine.folder}`,
    `Yarn ${versions.yarn}, npm ${versions.npm}, pnpm ${versions.pnpm}; the plugin's bundle has ${bundleBytes} bytes`,
  ];

  return [header.join(`\n`), ...sections.map(([title, table]) => `## ${title}\n\n${formatTable(table)}`)].join(`\n\n`).concat(`\n`);
}

function formatTable(rows: Array<Array<string>>): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map(row => row[column]!.length)));
  const format = (row: Array<string>) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(` | `)} |`;

  const [head, ...body] = rows;
  return [format(head!), format(widths.map(width => `-`.repeat(width))), ...body.map(format)].join(`\n`);
}
