/** Releases of each package. */
const HISTORY = 40;

const WORDS = `alpha array async binary buffer cache client codec colour compile config core data decode delta emit engine event factory fetch field filter format graph handle hash helper index inject iterate kernel layer lexer link loader locale logger matrix merge module native node object option parse patch path pipe plugin pool proxy query queue range react render resolve route schema scope server shape shell signal socket source stream string style syntax table task template thread token trace transform tree type unit vector view watch worker yield`.split(` `);

/** The same seed gives the same numbers: data sets of one size are alike on all machines. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2_654_435_761 + 40_503) >>> 0;
  }

  /** Below `end`. https://en.wikipedia.org/wiki/Xorshift */
  integer(end: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state = (this.state >>> 0) || 1;

    return this.state % end;
  }

  word() {
    return WORDS[this.integer(WORDS.length)]!;
  }

  words(count: number) {
    return Array.from({length: count}, () => this.word()).join(` `);
  }

  hex(length: number) {
    return Array.from({length}, () => this.integer(16).toString(16)).join(``);
  }

  /** Some kilobytes that pack like code. */
  code() {
    return Array.from({length: 60 + this.integer(120)}, () => `export function ${this.word()}_${this.hex(4)}(${this.word()}) { return ${this.word()}(${this.integer(9999)}); }\n`).join(``);
  }
}

/** In the order of publication. */
export function makeVersions(random: Random): Array<string> {
  const major = random.integer(6);
  return Array.from({length: HISTORY}, (_, index) => `${major + Math.floor(index / 14)}.${index % 14}.${index % 3}`);
}

/** As long, and as compressible, as manifests on npm are: about two kilobytes in a document. */
export function makeManifest(random: Random, {name, version, dependencies}: {name: string, version: string, dependencies: Record<string, string>}) {
  const owner = new Random(name.length * 31 + name.charCodeAt(name.length - 1));
  const user = {name: owner.word(), email: `${owner.word()}@example.org`};
  const repository = `${user.name}/${name.replace(/^.*\//, ``)}`;

  return {
    name,
    version,
    description: owner.words(12),
    keywords: owner.words(8).split(` `),
    license: `MIT`,
    author: user,
    main: `dist/index.js`,
    types: `dist/index.d.ts`,
    repository: {type: `git`, url: `git+https://github.com/${repository}.git`},
    bugs: {url: `https://github.com/${repository}/issues`},
    homepage: `https://github.com/${repository}#readme`,
    engines: {node: `>=${12 + owner.integer(8)}`},
    scripts: {build: `tsc -p ${owner.word()}`, test: `node --test ${owner.word()}`, lint: `eslint ${owner.words(4)}`, prepublishOnly: `npm run build`},
    dependencies,
    devDependencies: Object.fromEntries(Array.from({length: 14}, () => [`${owner.word()}-${owner.word()}`, `^${owner.integer(20)}.${random.integer(20)}.${random.integer(9)}`])),
    gitHead: random.hex(40),
    _npmVersion: `10.${random.integer(10)}.${random.integer(4)}`,
    _nodeVersion: `20.${random.integer(18)}.0`,
    _npmUser: user,
    maintainers: [user, {name: owner.word(), email: `${owner.word()}@example.org`}],
    _hasShrinkwrap: false,
    _npmOperationalInternal: {host: `storage`, tmp: `tmp/${name}_${version}_${random.integer(1e9)}_0.${random.integer(1e9)}`},
  };
}
