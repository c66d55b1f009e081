import {httpUtils, miscUtils}            from '@yarnpkg/core';
import type {Configuration}              from '@yarnpkg/core';
import {npath, xfs}                      from '@yarnpkg/fslib';
import type {PortablePath}               from '@yarnpkg/fslib';
import {UsageError}                      from 'clipanion';
import {HttpProxyAgent, HttpsProxyAgent} from 'hpagent';
import * as https                        from 'node:https';
import * as http                         from 'node:http';
import * as tls                          from 'node:tls';

import {redactUrl}                       from './redactUrl';
import {NetworkFault}                    from './types';

type NetworkSettings = ReturnType<typeof httpUtils.getNetworkSettings>;
type TlsOptions = {ca?: Buffer, cert?: Buffer, key?: Buffer, rejectUnauthorized: boolean};

/**
 * Decides, as Yarn's settings say, whether and how a host may be contacted.
 * Connections are kept alive and shared by the hosts with equal settings, so
 * that a client certificate is shown to none but those it was configured for.
 */
export class Connections {
  private readonly agents = new Map<string, Promise<http.Agent>>();
  private readonly safeHttpHosts: RegExp | null;

  constructor(private readonly configuration: Configuration) {
    const pattern = miscUtils.buildIgnorePattern(configuration.get(`unsafeHttpWhitelist`));
    this.safeHttpHosts = pattern === null ? null : new RegExp(pattern);
  }

  /** Rejects with `NetworkFault` if the settings forbid the request, with `UsageError` if they are unusable. */
  async getAgent(url: URL): Promise<http.Agent> {
    const settings = httpUtils.getNetworkSettings(url.href, {configuration: this.configuration});

    if (settings.enableNetwork === false)
      throw new NetworkFault(`disabled`, `the settings (enableNetwork) forbid requests to ${url.hostname}`);

    if (url.protocol === `http:` && !this.safeHttpHosts?.test(url.hostname))
      throw new NetworkFault(`insecure`, `plain http to ${url.hostname} is refused unless unsafeHttpWhitelist names it`);

    const proxy = url.protocol === `https:`
      ? settings.httpsProxy
      : settings.httpProxy;

    const key = JSON.stringify([url.protocol, proxy, settings.httpsCaFilePath, settings.httpsCertFilePath, settings.httpsKeyFilePath]);

    return miscUtils.getFactoryWithDefault(this.agents, key, async () => {
      return makeAgent(url, proxy ?? null, await this.readTlsOptions(settings));
    });
  }

  private async readTlsOptions(settings: NetworkSettings): Promise<TlsOptions> {
    const [ca, cert, key] = await Promise.all([
      readSettingFile(`httpsCaFilePath`, settings.httpsCaFilePath),
      readSettingFile(`httpsCertFilePath`, settings.httpsCertFilePath),
      readSettingFile(`httpsKeyFilePath`, settings.httpsKeyFilePath),
    ]);

    if (ca)
      ensureUsable({httpsCaFilePath: settings.httpsCaFilePath}, {ca});
    if (cert || key)
      ensureUsable({httpsCertFilePath: settings.httpsCertFilePath, httpsKeyFilePath: settings.httpsKeyFilePath}, {cert, key});

    return {ca, cert, key, rejectUnauthorized: this.configuration.get(`enableStrictSsl`)};
  }
}

function makeAgent(url: URL, proxy: string | null, tlsOptions: TlsOptions): http.Agent {
  const secure = url.protocol === `https:`;

  if (proxy === null)
    return secure ? new https.Agent({...tlsOptions, keepAlive: true}) : new http.Agent({keepAlive: true});

  // hpagent passes every option on to the request that opens the tunnel; its types name but a few.
  const proxyRequestOptions = tlsOptions as {};
  const proxyUrl = parseProxy(secure ? `httpsProxy` : `httpProxy`, proxy);

  return secure
    ? new HttpsProxyAgent({...tlsOptions, keepAlive: true, proxy: proxyUrl, proxyRequestOptions})
    : new HttpProxyAgent({keepAlive: true, proxy: proxyUrl, proxyRequestOptions});
}

function parseProxy(setting: string, proxy: string): URL {
  if (!URL.canParse(proxy))
    throw new UsageError(`The setting ${setting} is not a URL`);

  const url = new URL(proxy);
  if (url.protocol !== `http:` && url.protocol !== `https:`)
    throw new UsageError(`The setting ${setting} (${redactUrl(url)}) is not an http or https URL`);

  return url;
}

async function readSettingFile(setting: string, path: PortablePath | null | undefined): Promise<Buffer | undefined> {
  if (!path)
    return undefined;

  try {
    return await xfs.readFilePromise(path);
  } catch (error) {
    throw new UsageError(`${npath.fromPortablePath(path)}, named by the setting ${setting}, cannot be read (${(error as NodeJS.ErrnoException).code ?? `unknown error`})`);
  }
}

/** Without this check a broken file would show up as a fault of every host that is asked. */
function ensureUsable(settings: Record<string, PortablePath | null | undefined>, options: {ca?: Buffer, cert?: Buffer, key?: Buffer}) {
  try {
    tls.createSecureContext(options);
  } catch {
    const files = Object.entries(settings)
      .filter(([, path]) => path)
      .map(([setting, path]) => `${npath.fromPortablePath(path!)} (${setting})`);

    throw new UsageError(`Not usable as PEM encoded certificates or keys: ${files.join(`, `)}`);
  }
}
