import {mkdtemp, rm}                   from 'node:fs/promises';
import {tmpdir}                        from 'node:os';
import path                            from 'node:path';
import {chromium, type BrowserContext} from 'playwright-core';

import {chromiumPath}                  from './optionalTests';

/** The browser of the machine, with a profile of its own and as quiet as it can be. */
export async function launchChromium(): Promise<{browser: BrowserContext, stop: () => Promise<void>}> {
  const profile = await mkdtemp(path.join(tmpdir(), `chromium-`));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: [`--no-sandbox`, `--disable-gpu`, `--disable-quic`, `--no-first-run`, `--disable-background-networking`, `--disable-component-update`, `--disable-sync`],
    viewport: {width: 1280, height: 900},
  });

  const stop = async () => {
    await browser.close();
    await rm(profile, {recursive: true, force: true});
  };

  return {browser, stop};
}
