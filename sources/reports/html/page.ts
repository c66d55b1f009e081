import {createHash}                                                from 'node:crypto';

import type {AuditResult, AuditSummary}                            from '../../auditResult';
import {coverageLabels, getCoverage, getPercentage, type Coverage} from '../coverage';
import {groupFindings, type FindingGroup}                          from '../findingGroups';
import {sectionTitles}                                             from '../findingLines';
import type {LinkContext}                                          from '../links';
import {makePrintableResult}                                       from '../printableResult';
import {describeOutcome, listTotals}                               from '../totals';
import {describeTrust}                                             from '../trustLine';

import {html, makeJson, makeRaw, type Html}                        from './markup';
import {makeDetailFields, makePackageData}                         from './packageData';
import {script}                                                    from './script';
import {style}                                                     from './style';

type PageContext = LinkContext & {
  /** What the age of the trust root is told against. */
  now: Date;
};

/** How many packages of a group are named; the table below has all of them. */
const maxMembers = 50;

const columns = {locator: `Package`, verdict: `Verdict`, signature: `Signature`, provenance: `Provenance`, archive: `Archive`, source: `Source`, findings: `Findings`};
const verdicts = [`verified`, `failed`, `incomplete`, `unverifiable`, `excluded`];

/**
 * The result as one file that needs no network. Its policy names its own
 * script and style by their hashes: whatever else got into the page, nothing
 * would run and nothing be asked for.
 */
export function makePage(result: AuditResult, context: PageContext): string {
  const printable = makePrintableResult(result);
  const {trust, packages, summary} = printable;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;

  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>Attestations: ${summary.outcome}</title>
<style>${makeRaw(style)}</style>
</head>
<body>
<header>
<h1>Attestations</h1>
<p class="outcome ${summary.outcome}">${describeOutcome(summary)}</p>
<p class="dim">${describeTrust(trust, context.now)}</p>
</header>
<main>
<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2>
${makeChart(summary)}
${makeCoverage(getCoverage(packages))}
</section>
${groupFindings(printable).map(({kind, groups}) => html`<section><h2 class="${kind}">${sectionTitles[kind]}</h2>${groups.map(makeGroup)}</section>
`)}
${makeTable([...new Set(packages.flatMap(({findings}) => findings.map(({id}) => id)))].sort())}
<section aria-labelledby="totals"><h2 id="totals">Totals</h2>
<dl class="fields">${listTotals(summary).map(([label, items]) => html`<dt>${label}</dt><dd>${items.join(`, `)}</dd>`)}</dl>
</section>
</main>
<script type="application/json" id="data">${makeJson(packages.map(pkg => makePackageData(pkg, context)))}</script>
<script>${makeRaw(script)}</script>
</body>
</html>
`.text;
}

function hash(source: string): string {
  return `'sha256-${createHash(`sha256`).update(source).digest(`base64`)}'`;
}

/** Drawn with attributes: the policy allows no style on elements. */
function makeChart({signatures, provenance, archives}: AuditSummary): Html {
  const bars: Array<[label: string, counts: Record<string, number>]> = [[`Signatures`, signatures], [`Provenance`, provenance], [`Archives`, archives]];

  return html`<dl class="chart">${bars.map(([label, counts]) => {
    const present = Object.entries(counts).filter(([, count]) => count > 0);
    const total = present.reduce((sum, [, count]) => sum + count, 0);
    const words = present.map(([status, count]) => `${count} ${status}`).join(`, `) || `none`;
    let start = 0;

    return html`<dt>${label}</dt><dd><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${present.map(([status, count]) => {
      const width = 100 * count / total;
      start += width;
      return html`<rect class="${status}" x="${start - width}" y="0" width="${width}" height="1"/>`;
    })}</svg>${words}</dd>`;
  })}</dl>`;
}

function makeCoverage({all, workspaces, unprovenDirect}: ReturnType<typeof getCoverage>): Html {
  const makeRow = (name: string, coverage: Coverage) => html`<tr><th scope="row">${name}</th><td>${coverage.packages}</td>${Object.keys(coverageLabels).map(key => {
    const part = coverage[key as keyof typeof coverageLabels];
    return html`<td>${part} (${getPercentage(part, coverage)}%)</td>`;
  })}</tr>`;

  return html`<details><summary>What was verified, by workspace</summary>
<table><thead><tr>${[`Workspace`, `Packages`, ...Object.values(coverageLabels)].map(label => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${makeRow(`all`, all)}${workspaces.map(workspace => makeRow(workspace.name, workspace))}</tbody></table></details>
<details><summary>Direct dependencies without verified provenance (${unprovenDirect.length})</summary>
<p class="locator">${unprovenDirect.map(({locator}) => locator).join(`, `)}</p></details>`;
}

function makeGroup({id, severity, common, accepted, registry, members, count}: FindingGroup): Html {
  const subject = members.length === 0 ? `the run` : members.length === 1 ? members[0]!.pkg.locator : `${members.length} packages${registry === null ? `` : ` of ${registry}`}`;
  const fields = [
    ...makeDetailFields(common),
    ...accepted ? [[`Accepted`, `${accepted.reason}${accepted.until ? `, until ${accepted.until}` : ``}`] as const] : [],
  ];

  return html`<div class="group"><h3>${id} (${severity}): <span class="locator">${subject}</span>${count > Math.max(1, members.length) ? `, ${count} findings` : ``}</h3>
<dl class="fields">${fields.map(([label, value, url]) => html`<dt>${label}</dt><dd>${url ? html`<a href="${url}" rel="noopener noreferrer">${value}</a>` : value}</dd>`)}</dl>
${members.length > 1 ? html`<p class="locator">${members.slice(0, maxMembers).map(({pkg}) => pkg.locator).join(`, `)}${members.length > maxMembers ? ` and ${members.length - maxMembers} more` : ``}</p>` : ``}</div>
`;
}

function makeTable(findingIds: Array<string>): Html {
  const makeOptions = (values: Array<string>) => [html`<option value="">all</option>`, ...values.map(value => html`<option>${value}</option>`)];

  return html`<section aria-labelledby="all"><h2 id="all">Packages</h2>
<noscript><p>The table of packages needs this file's own script.</p></noscript>
<div class="tools">
<label>Search <input id="search" type="search" placeholder="name, source, workspace, finding"></label>
<label>Verdict <select id="verdict">${makeOptions(verdicts)}</select></label>
<label>Finding <select id="finding">${makeOptions(findingIds)}</select></label>
<label>Direct only <input id="direct" type="checkbox"></label>
<output id="count" aria-live="polite"></output>
</div>
<table id="packages" hidden><thead><tr>${Object.entries(columns).map(([key, label]) => html`<th scope="col" data-key="${key}"><button type="button">${label}</button></th>`)}</tr></thead><tbody></tbody></table>
</section>`;
}
