/** The parts of hosted-git-info that do not keep a cache; its own types know nothing of them. */

declare module 'hosted-git-info/lib/from-url.js' {
  const fromUrl: (url: string, options: object, tables: {gitHosts: object, protocols: object}) => undefined | [
    type: string,
    user: string | null,
    auth: string | null,
    project: string,
    committish: string | null,
    representation: string,
    options: object,
  ];

  export = fromUrl;
}

declare module 'hosted-git-info/lib/hosts.js' {
  /** Functions named `…template` make URLs. */
  const hosts: Record<string, {domain: string}>;

  export = hosts;
}
