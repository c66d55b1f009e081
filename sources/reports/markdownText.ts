/**
 * Prose that stays prose, whatever it says. Beside Markdown's own characters
 * these are neutralised: HTML, bare URLs, and what GitHub and GitLab turn into
 * mentions of people and references to issues, which the rendered text alone
 * decides (so a comment has to stand in between).
 */
export function escapeText(text: string): string {
  return text
    .replace(/[\\`*_[\]|~]/g, `\\$&`)
    .replace(/&/g, `&amp;`)
    .replace(/</g, `&lt;`)
    .replace(/>/g, `&gt;`)
    .replace(/[@#!$%](?=[\w\\])|[:/](?=\/)|www(?=\.)/gi, `$&<!-- -->`);
}

/** A value, in the form that Markdown changes least: a code span with a fence that the value does not hold. */
export function makeCode(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = `\``.repeat(longest + 1);
  const padding = /^`|`$|^ .* $/.test(text) ? ` ` : ``;

  return text === `` ? `` : `${fence}${padding}${text}${padding}${fence}`;
}

/** A code span within a table, whose cells are cut out before anything else is understood. */
export function makeTableCode(text: string): string {
  return makeCode(text).replaceAll(`|`, `\\|`);
}

/** Takes a URL that `isWebUrl`. */
export function makeLink(label: string, url: string): string {
  const target = new URL(url).href.replace(/[<>\\]/g, encodeURIComponent).replaceAll(`&`, `&amp;`);
  return `[${escapeText(label)}](<${target}>)`;
}
