/** The TUF repository of Sigstore's public good instance, as `@sigstore/tuf` ships it. */
export type EmbeddedTrust = {
  /** The root.json that walks start from. */
  root: Buffer;
  /** Content of its targets, by target name. */
  targets: Map<string, unknown>;
};

/** The trust that was built into the plugin for a mirror; null for any other than the public good one. */
export async function tryGetEmbeddedTrust(mirror: string): Promise<EmbeddedTrust | null> {
  const {default: seeds} = await import(`@sigstore/tuf/seeds.json`) as {default: Record<string, Seed>};
  if (!Object.hasOwn(seeds, mirror))
    return null;

  const seed = seeds[mirror]!;
  const targets = Object.entries(seed.targets).map(([name, content]): [string, unknown] => {
    return [decodeURIComponent(name), JSON.parse(decode(content).toString(`utf8`))];
  });

  return {root: decode(seed[`root.json`]), targets: new Map(targets)};
}

type Seed = {
  [`root.json`]: string;
  targets: Record<string, string>;
};

function decode(content: string) {
  return Buffer.from(content, `base64`);
}
