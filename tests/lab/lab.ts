import {GITHUB_ISSUER, GITLAB_ISSUER}         from './claims';
import {Clock}                                from './clock';
import {GithubTokens}                         from './githubTokens';
import {makeGitlabJob}                        from './gitlabJob';
import {LabServer, type Handler}              from './httpServer';
import {IdentityProvider}                     from './identityProvider';
import {makeKeysTarget, type RegistryKey}     from './registryKey';
import {LabRegistry, type RegistryOptions}    from './registry';
import {makeFulcioHandler}                    from './sigstore/fulcioHandler';
import {makeRekorHandler, makeRekorV2Handler} from './sigstore/rekorHandler';
import {SigstoreInstance}                     from './sigstore/sigstoreInstance';
import {makeTimestampHandler}                 from './sigstore/timestampHandler';
import {TufRepository}                        from './tuf';

/** Who vouches for people: any issuer that is not a CI system. */
export const PERSONAL_ISSUER = `https://accounts.example.org`;

/** A whole supply chain on loopback. Everything in it is real but the names. */
export type Lab = Awaited<ReturnType<typeof startLab>>;

/** @param registryOptions those of the lab's first registry, for whose keys TUF vouches */
export async function startLab(registryOptions: RegistryOptions = {}) {
  const clock = new Clock();
  const servers: Array<LabServer> = [];

  const start = async (makeHandler: () => Handler) => {
    let handler: Handler | null = null;
    const server = await LabServer.start(request => (handler ??= makeHandler())(request));

    servers.push(server);
    return server;
  };

  const github = new IdentityProvider(GITHUB_ISSUER, clock);

  // GitLab hands its tokens out when a job starts: they have to last as long as the job.
  const gitlab = new IdentityProvider(GITLAB_ISSUER, clock, 24 * 60 * 60);
  const people = new IdentityProvider(PERSONAL_ISSUER, clock);
  const identityProviders = [github, gitlab, people];

  const tuf = new TufRepository();
  const tufServer = await start(() => request => tuf.handle(request));

  // The trusted root names the servers, so they run before there is anything behind them.
  const fulcio = await start(() => makeFulcioHandler(sigstore, identityProviders, clock));
  const rekor = await start(() => makeRekorHandler(sigstore.rekor, clock));
  const rekorV2 = await start(() => makeRekorV2Handler(sigstore.rekorV2, clock));
  const tsa = await start(() => makeTimestampHandler(sigstore.timestampAuthority, clock));

  const urls = {fulcio: fulcio.url, rekor: rekor.url, rekorV2: rekorV2.url, tsa: tsa.url};
  const sigstore = new SigstoreInstance(urls);

  const githubTokens = await GithubTokens.start(github);
  servers.push(githubTokens.server);

  const addRegistry = async (options: RegistryOptions = {}) => {
    const added = await LabRegistry.start({sigstore, clock, identityProviders}, options);
    servers.push(added.server);
    return added;
  };

  const vouch = (vouched: LabRegistry, keys: Array<RegistryKey> | null = vouched.keys) => {
    tuf.setTarget(`${vouched.tufName}/keys.json`, keys && makeKeysTarget(keys));
    tuf.publish();
  };

  const registry = await addRegistry(registryOptions);
  tuf.setTarget(`trusted_root.json`, sigstore.getTrustedRoot());
  vouch(registry);

  return {
    clock,
    /** The keys and logs behind the servers; `rekor.entries` tells what was logged. */
    sigstore,
    /** Servers of the lab's Sigstore, to count their requests and to let them fail. */
    fulcio, rekor, rekorV2, tsa,
    tuf, tufServer,
    /** Identity tokens for everything: `providers.people.mint({email, email_verified: true}, 'sigstore')`. */
    providers: {github, gitlab, people},
    githubTokens,
    /** The environment of a job; see `GithubTokens.startJob` for what the second argument is for. */
    startGithubJob: githubTokens.startJob.bind(githubTokens),
    startGitlabJob: (claims?: Record<string, string>, tokenClaims?: Record<string, string>) => makeGitlabJob(gitlab, registry, claims, tokenClaims),
    registry,
    /** Starts another registry, for which nobody vouches; it ends with the lab. */
    addRegistry,
    /** Lets TUF vouch for a registry's keys (all that it has when absent), or for none: `null`. */
    vouch,
    /** Another Sigstore, which nobody trusts, for forgeries. */
    makeStrangeSigstore: () => new SigstoreInstance(urls),
    servers,
    stop: async () => {
      await Promise.all(servers.map(server => server.stop()));
    },
  };
}
