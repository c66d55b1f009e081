import {mkdtemp, rm, writeFile}                                             from 'node:fs/promises';
import {tmpdir}                                                             from 'node:os';
import path                                                                 from 'node:path';
import {pathToFileURL}                                                      from 'node:url';
import type {BrowserContext, Page}                                          from 'playwright-core';
import {afterAll, afterEach, beforeAll, describe, expect, it}               from 'vitest';

import type {AuditResult}                                                   from '../../../../sources/auditResult';
import {makePage}                                                           from '../../../../sources/reports/html/page';
import {PUBLIC_LOG_SEARCH}                                                  from '../../../../sources/reports/links';
import {addToStrings, makeFinding, makePackage, makeResult, makeRichResult} from '../../../support/auditResults';
import {launchChromium}                                                     from '../../../support/chromium';
import {hasChromium}                                                        from '../../../support/optionalTests';

const context = {logSearch: PUBLIC_LOG_SEARCH, now: new Date(`2026-01-05T00:00:00Z`)};

/** What would run, load or break out if it were markup. */
const hostileMarkup = [
  `<img src=x onerror="window.hacked=1">`,
  `</script><script>window.hacked=1</script>`,
  `<!--<script>`,
  `" onmouseover="window.hacked=1`,
  `' onfocus='window.hacked=1' autofocus`,
  `&lt;b&gt;`,
  `{{constructor.constructor("window.hacked=1")()}}`,
].join(` `);

describe.runIf(hasChromium)(`The HTML report in Chromium`, () => {
  let browser: BrowserContext;
  let folder: string;
  let stop: () => Promise<void>;

  const problems: Array<string> = [];
  const requests: Array<string> = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), `report-`));
    ({browser, stop} = await launchChromium());
  });

  afterAll(async () => {
    await stop();
    await rm(folder, {recursive: true, force: true});
  });

  afterEach(async () => {
    for (const page of browser.pages().slice(1))
      await page.close();

    expect(problems.splice(0)).toEqual([]);
    // The file itself is the only thing that was asked for.
    expect(requests.splice(0).filter(url => !url.endsWith(`report.html`))).toEqual([]);
  });

  const open = async (result: AuditResult): Promise<Page> => {
    const file = path.join(folder, `report.html`);
    await writeFile(file, makePage(result, context));

    const page = await browser.newPage();
    page.on(`console`, message => problems.push(message.text()));
    page.on(`pageerror`, error => problems.push(String(error)));
    page.on(`request`, request => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return page;
  };

  const listShown = (page: Page) => page.locator(`#packages tbody tr:visible th button`).allTextContents();

  it(`it should list every package, and say how the run ended`, async () => {
    const page = await open(makeRichResult());

    expect(await listShown(page)).toEqual(makeRichResult().packages.map(({locator}) => locator));
    expect(await page.locator(`.outcome`).textContent()).toEqual(`Failed: 2 errors; 1 package verified.`);
    expect(await page.locator(`#count`).textContent()).toEqual(`6 of 6 packages`);
  });

  it(`it should search names, sources and findings`, async () => {
    const page = await open(makeRichResult());

    await page.getByLabel(`Search`).fill(`acme ATTESTED`);
    expect(await listShown(page)).toEqual([`@acme/attested@npm:1.0.0`]);

    await page.getByLabel(`Search`).fill(`signature-invalid`);
    expect(await listShown(page)).toEqual([`forged@npm:1.0.0`]);
    expect(await page.locator(`#count`).textContent()).toEqual(`1 of 6 packages`);
  });

  it(`it should filter by verdict, by finding and by directness`, async () => {
    const result = makeRichResult();
    const page = await open(makeResult([...result.packages.slice(1), {...result.packages[0]!, direct: false}], result.findings));

    await page.getByLabel(`Verdict`).selectOption(`incomplete`);
    expect(await listShown(page)).toEqual([`unserved-1@npm:1.0.0`, `unserved-2@npm:1.0.0`]);

    await page.getByLabel(`Verdict`).selectOption(``);
    await page.getByLabel(`Finding`).selectOption(`provenance-self-hosted`);
    expect(await listShown(page)).toEqual([`forged@npm:1.0.0`]);

    await page.getByLabel(`Finding`).selectOption(``);
    await page.getByLabel(`Direct only`).check();
    expect(await listShown(page)).toHaveLength(5);
  });

  it(`it should sort by a column, and tell screen readers so`, async () => {
    const page = await open(makeRichResult());
    const sorted = () => listShown(page).then(([first]) => first);

    await page.getByRole(`button`, {name: `Findings`, exact: true}).click();
    expect(await page.locator(`th[aria-sort]`).getAttribute(`aria-sort`)).toEqual(`ascending`);
    await page.getByRole(`button`, {name: `Findings`, exact: true}).click();
    expect(await page.locator(`th[aria-sort]`).getAttribute(`aria-sort`)).toEqual(`descending`);
    expect(await sorted()).toEqual(`forged@npm:1.0.0`);

    await page.getByRole(`button`, {name: `Package`, exact: true}).click();
    await page.getByRole(`button`, {name: `Package`, exact: true}).click();
    expect(await sorted()).toEqual(`unserved-2@npm:1.0.0`);
  });

  it(`it should show the chain of a package, from the commit to the archive`, async () => {
    const page = await open(makeRichResult());
    await page.getByRole(`button`, {name: `@acme/attested@npm:1.0.0`}).click();

    expect(await page.locator(`.chain li b`).allTextContents()).toEqual([`Source`, `Workflow`, `Certificate`, `Log entry`, `Registry signature`, `Archive on disk`]);
    expect(await page.locator(`.chain li`).evaluateAll(items => items.map(item => (item as unknown as {className: string}).className))).toEqual([`verified`, `verified`, `verified`, `verified`, `verified`, `unknown`]);
    expect(await page.locator(`.chain a`).evaluateAll(links => links.map(link => (link as unknown as {href: string}).href))).toEqual([
      `https://github.com/acme/attested/commit/0123456789abcdef0123456789abcdef01234567`,
      `https://github.com/acme/attested/actions/runs/1/attempts/1`,
      `https://search.sigstore.dev/?logIndex=13`,
    ]);
  });

  it(`it should mark a broken link with a word`, async () => {
    const page = await open(makeRichResult());
    await page.getByRole(`button`, {name: `forged@npm:1.0.0`}).click();
    expect(await page.locator(`.chain .broken .state`).allTextContents()).toEqual([`broken: invalid`]);
  });

  it(`it should work with a keyboard alone`, async () => {
    const page = await open(makeRichResult());

    await page.keyboard.press(`/`);
    await page.keyboard.type(`forged`);
    expect(await listShown(page)).toEqual([`forged@npm:1.0.0`]);

    const focused = () => page.evaluate(`document.activeElement.textContent`);
    for (let press = 0; press < 20 && await focused() !== `forged@npm:1.0.0`; press++)
      await page.keyboard.press(`Tab`);

    expect(await focused()).toEqual(`forged@npm:1.0.0`);
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toEqual(`solid`);

    await page.keyboard.press(`Enter`);
    expect(await page.locator(`.chain`).isVisible()).toEqual(true);
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-expanded')`)).toEqual(`true`);

    await page.keyboard.press(`Enter`);
    expect(await page.locator(`.chain`).count()).toEqual(0);
  });

  it.each([`light`, `dark`] as const)(`it should be readable in %s`, async colorScheme => {
    const page = await open(makeRichResult());
    await page.emulateMedia({colorScheme});
    await page.getByRole(`button`, {name: `forged@npm:1.0.0`}).click();

    expect(await page.evaluate(listFaintTexts)).toEqual([]);
    const [red] = (await page.evaluate(`getComputedStyle(document.body).backgroundColor`) as string).match(/\d+/g)!;
    expect(Number(red) < 128).toEqual(colorScheme === `dark`);
  });

  it(`it should keep hostile texts text`, async () => {
    const page = await open(addToStrings(makeRichResult(), hostileMarkup));
    for (const button of await page.locator(`#packages tbody tr th button`).all())
      await button.click();

    expect(await page.evaluate(`window.hacked`)).toBeUndefined();
    expect(await page.locator(`img, script:not(#data), iframe, [onerror], [onmouseover], [onfocus]`).count()).toEqual(1);
    expect((await listShown(page))[0]).toContain(`<img src=x onerror="window.hacked=1">`);
  });

  it(`it should offer no link but to the web`, async () => {
    const url = `javascript:window.hacked=1`;
    const result = makeResult([makePackage(`a`, {
      provenance: {status: `verified`, sourceRepository: url, sourceCommit: `abc`, run: url},
      findings: [makeFinding(`provenance-self-hosted`, `warning`, {url})],
    })]);

    const page = await open(result);
    await page.getByRole(`button`, {name: `a@npm:1.0.0`}).click();
    expect(await page.locator(`a`).count()).toEqual(0);
  });

  it(`it should let nothing run that is not its own`, async () => {
    const page = await open(makeRichResult());
    await page.evaluate(`document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hacked = 1'}))`);

    expect(await page.evaluate(`window.hacked`)).toBeUndefined();
    expect(problems.splice(0).join()).toContain(`Content Security Policy`);
  });

  it(`it should take 1300 packages`, async () => {
    const page = await open(makeResult(Array.from({length: 1300}, (_, index) => makePackage(`package-${index}`))));
    expect(await page.locator(`#packages tbody tr`).count()).toEqual(1300);

    await page.getByLabel(`Search`).fill(`package-1299`);
    expect(await listShown(page)).toEqual([`package-1299@npm:1.0.0`]);
  });
});

/** Texts whose contrast is below WCAG's 4.5, as the browser computes their colours. */
const listFaintTexts = `(() => {
  const parse = color => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const background = element => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color.length === 3)
        return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter(element => element.checkVisibility() && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '')).filter(element => {
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(background(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5;
  }).map(element => element.className + ': ' + element.textContent.slice(0, 40));
})()`;
