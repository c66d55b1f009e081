import {structUtils, tgzUtils}              from '@yarnpkg/core';
import type {FetchOptions, Locator, Plugin} from '@yarnpkg/core';
import type {ZipFS}                         from '@yarnpkg/libzip';
import {npmHttpUtils, NpmSemverFetcher}     from '@yarnpkg/plugin-npm';

import {getFetchedPackage}                  from '../fetchedPackage';

type FetcherClass = NonNullable<Plugin[`fetchers`]>[number];
type DownloadingFetcher = {fetchFromNetwork: (locator: Locator, opts: FetchOptions) => Promise<ZipFS>};

const extended = Symbol.for(`yarn-plugin-npm-attestations/fetcher`);

/**
 * Puts subclasses in place of the classes that download npm packages: there
 * alone it is certain which package the bytes are taken for. The URL is the
 * registry's choice, and Yarn's HTTP functions do not ask twice for the same.
 */
export function extendFetchers(plugin: Plugin): void {
  plugin.fetchers = plugin.fetchers?.map(Fetcher => isExtended(Fetcher) ? Fetcher : extendFetcher(Fetcher));
}

/** False where another plugin has put fetchers of its own in the place of ours, or this Yarn downloads in a way that we do not know. */
export function areFetchersExtended({fetchers = []}: Plugin): boolean {
  return fetchers.length > 0 && fetchers.every(isExtended);
}

function isExtended(Fetcher: FetcherClass): boolean {
  return extended in Fetcher && typeof (Fetcher.prototype as Partial<DownloadingFetcher>).fetchFromNetwork === `function`;
}

function extendFetcher(Fetcher: FetcherClass): FetcherClass {
  if (typeof (Fetcher.prototype as Partial<DownloadingFetcher>).fetchFromNetwork !== `function`)
    return Fetcher;

  return class extends Fetcher {
    static [extended] = true;

    async fetchFromNetwork(locator: Locator, opts: FetchOptions): Promise<ZipFS> {
      return await getFetchedPackage().run(locator, async () => {
        const {checkDownload, recordDownload} = await import(`./download`);
        const {tarball, sha512} = await checkDownload(locator, () => downloadTarball(locator, opts), opts);

        const zipFs = await tgzUtils.convertToZip(tarball, {
          configuration: opts.project.configuration,
          prefixPath: structUtils.getIdentVendorPath(locator),
          stripComponents: 1,
        });

        await recordDownload(locator, sha512, zipFs, opts);
        return zipFs;
      });
    }
  };
}

/** As Yarn does it: from the URL that the locator is bound to, else from the usual place in one of two spellings. */
async function downloadTarball(locator: Locator, {project: {configuration}}: FetchOptions): Promise<Buffer> {
  const get = (url: string) => npmHttpUtils.get(url, {
    customErrorMessage: npmHttpUtils.customPackageError,
    configuration,
    ident: locator,
  }) as Promise<Buffer>;

  const archiveUrl = structUtils.parseRange(locator.reference).params?.__archiveUrl;
  if (typeof archiveUrl === `string`)
    return await get(archiveUrl);

  const url = NpmSemverFetcher.getLocatorUrl(locator);

  try {
    return await get(url);
  } catch {
    return await get(url.replace(/%2f/g, `/`));
  }
}
