import {LabServer}                           from './httpServer';
import type {RegistryKey}                    from './registryKey';
import {makeKeysTarget}                      from './registryKey';
import {LabRegistry, type RegistryOptions}   from './registry';
import {SigstoreInstance, type SigstoreUrls} from './sigstore/sigstoreInstance';
import {TufRepository}                       from './tuf';

/** A whole supply chain on loopback. Everything in it is real but the names. */
export type Lab = {
  sigstore: SigstoreInstance;
  tuf: TufRepository;
  tufServer: LabServer;
  /** The TUF repository vouches for its keys. */
  registry: LabRegistry;
  /** Starts another registry, for which nobody vouches; it ends with the lab. */
  addRegistry: (options?: RegistryOptions) => Promise<LabRegistry>;
  /** Another Sigstore, which nobody trusts, for forgeries. */
  makeStrangeSigstore: () => SigstoreInstance;
  /** Lets TUF vouch for a registry's keys (all of them when absent), or for none: `null`. */
  vouch: (registry: LabRegistry, keys?: Array<RegistryKey> | null) => void;
  /** Every server that runs. */
  servers: Array<LabServer>;
  stop: () => Promise<void>;
};

export async function startLab(options: RegistryOptions = {}): Promise<Lab> {
  const tuf = new TufRepository();
  const tufServer = await LabServer.start(request => tuf.handle(request));

  const urls: SigstoreUrls = {fulcio: tufServer.url, rekor: tufServer.url, rekorV2: tufServer.url, tsa: tufServer.url};
  const sigstore = new SigstoreInstance(urls);

  const servers = [tufServer];
  const addRegistry = async (registryOptions: RegistryOptions = {}) => {
    const added = await LabRegistry.start(sigstore, registryOptions);
    servers.push(added.server);
    return added;
  };

  const registry = await addRegistry(options);

  const vouch: Lab[`vouch`] = (vouched, keys = vouched.keys) => {
    tuf.setTarget(`${vouched.tufName}/keys.json`, keys && makeKeysTarget(keys));
    tuf.publish();
  };

  tuf.setTarget(`trusted_root.json`, sigstore.getTrustedRoot());
  vouch(registry);

  return {
    sigstore,
    tuf,
    tufServer,
    registry,
    addRegistry,
    makeStrangeSigstore: () => new SigstoreInstance(urls),
    vouch,
    servers,
    stop: async () => {
      await Promise.all(servers.map(server => server.stop()));
    },
  };
}
