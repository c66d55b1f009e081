import {mkdir, readFile, writeFile}                  from 'node:fs/promises';
import path                                          from 'node:path';
import {pathToFileURL}                               from 'node:url';

import {ensureBundle, bundlePath}                    from '../support/bundle';
import {launchChromium}                              from '../support/chromium';

import {attacks}                                     from './demo/attacks';
import {getTrustSettings, makeDemoProject, populate} from './demo/project';
import {startLab}                                    from './lab';
import {makeTerminalPicture}                         from './terminalPicture';

const images = path.resolve(__dirname, `../../docs/images`);

/** `yarn pictures`: what the README shows, taken from the demo's project with one package tampered with. */
async function main() {
  await ensureBundle();

  const lab = await startLab();
  const demoLab = await populate(lab);
  for (const name of [`color`, `express`])
    demoLab.registry.add({name, version: `1.0.0`, provenance: true});

  demoLab.registry.add({name: `left-pad`, version: `1.0.0`});

  const project = await makeDemoProject(demoLab, {color: `1.0.0`, express: `1.0.0`, 'left-pad': `1.0.0`});
  const {browser, stop} = await launchChromium();

  try {
    await project.yarn([`plugin`, `import`, bundlePath]);
    for (const [setting, value] of Object.entries(getTrustSettings(demoLab)))
      await project.yarn([`config`, `set`, setting, value]);
    await project.install();

    attacks.find(({title}) => title === `A lying statement`)!.tamper(demoLab);

    const html = path.join(project.cwd, `report.html`);
    const {stdout} = await project.yarn([`npm`, `audit-attestations`, `--refresh`, `--report`, html], {env: {FORCE_COLOR: `1`, YARN_ENABLE_COLORS: `1`}});

    await mkdir(images, {recursive: true});
    await writeFile(path.join(images, `terminal.svg`), makeTerminalPicture(`$ yarn npm audit-attestations\n${stdout}`));

    const page = await browser.newPage();
    await page.setViewportSize({width: 1100, height: 800});
    await page.goto(pathToFileURL(html).href);
    await page.getByRole(`button`, {name: `attested@npm:1.0.0`}).click();

    // The whole page would be too large a file.
    await page.evaluate(`scrollTo(0, 0)`);
    const box = (await page.locator(`section:has(#packages)`).boundingBox())!;
    await page.screenshot({path: path.join(images, `report.png`), fullPage: true, clip: {...box, height: 480}});

    const sizes = await Promise.all([`terminal.svg`, `report.png`].map(async file => `${file}: ${(await readFile(path.join(images, file))).length} bytes`));
    process.stdout.write(`${sizes.join(`\n`)}\n`);
  } finally {
    await stop();
    await project.remove();
    await lab.stop();
  }
}

void main();
