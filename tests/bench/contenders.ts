import {getNodePath}                                      from '../support/node';
import type {NodeVersion}                                 from '../support/node';

import type {Dataset}                                     from './dataset';
import type {Command, Run}                                from './measure';
import {makeNpmProject, makePnpmProject, makeYarnProject} from './projects';
import type {TufMirror}                                   from './projects';
import {getTool}                                          from './tools';

export type ContenderName = `plugin` | `npm` | `pnpm`;

/** What one audit found: packages whose signature holds, whose attestations hold, and names of those with a bad signature. */
export type Verdicts = {signed: number, attested: number | null, bad: Array<string>};

/** One way to audit one project. */
export type Contender = {
  name: ContenderName;
  /** Releases of Node that it is measured on. */
  nodes: ReadonlyArray<NodeVersion>;
  /** @param machineReadable with the output that `read` needs, where it differs */
  makeCommand: (node: NodeVersion, machineReadable?: boolean) => Promise<Command>;
  forget: () => Promise<void>;
  read: (run: Run) => Verdicts;
};

export async function makeContenders(dataset: Dataset, tuf: TufMirror): Promise<Array<Contender>> {
  return [await makePlugin(dataset, tuf), await makeNpm(dataset, tuf), await makePnpm(dataset)];
}

async function makePlugin(dataset: Dataset, tuf: TufMirror): Promise<Contender> {
  const project = await makeYarnProject(dataset, tuf);
  const args = [`npm`, `audit-attestations`, `--no-archives`];

  return {
    name: `plugin`,
    nodes: [`20`, `22`],
    makeCommand: async (node, machineReadable = false) => project.run(await getNodePath(node), machineReadable ? [...args, `--json`] : args),
    forget: project.forget,
    read: ({stdout}) => {
      const records = stdout.trim().split(`\n`).map(line => JSON.parse(line)).filter(({type}) => type === `package`);
      const attested = records.filter(({publish, provenance}) => publish.status === `verified` && provenance.status === `verified`);

      return {
        signed: records.filter(({signature}) => signature.status === `verified`).length,
        attested: attested.length,
        bad: records.filter(({findings}) => findings.some(({id}: {id: string}) => id === `signature-invalid`)).map(({name}) => name),
      };
    },
  };
}

async function makeNpm(dataset: Dataset, tuf: TufMirror): Promise<Contender> {
  const {script} = await getTool(`npm`);
  const project = await makeNpmProject(dataset, tuf, script);

  return {
    name: `npm`,
    nodes: [`20`, `22`],
    makeCommand: async node => project.run(await getNodePath(node), [`audit`, `signatures`]),
    forget: project.forget,
    // Its JSON does not say how many signatures it has verified.
    read: ({stdout}) => ({
      signed: count(stdout, /^(\d+) packages? ha(?:s|ve) (?:a )?verified registry signatures?$/m),
      attested: count(stdout, /^(\d+) packages? ha(?:s|ve) (?:a )?verified attestations?$/m),
      bad: [...stdout.matchAll(/^(\S+)@\S+ \(http/gm)].map(([, name]) => name!),
    }),
  };
}

function count(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

async function makePnpm(dataset: Dataset): Promise<Contender> {
  const {script} = await getTool(`pnpm`);
  const project = await makePnpmProject(dataset, script);

  return {
    name: `pnpm`,
    // pnpm 11 does not run on Node 20.
    nodes: [`22`],
    makeCommand: async (node, machineReadable = false) => project.run(await getNodePath(node), [`audit`, `signatures`, ...machineReadable ? [`--json`] : []]),
    forget: project.forget,
    read: ({stdout}) => {
      const {verified, invalid} = JSON.parse(stdout);
      return {signed: verified, attested: null, bad: invalid.map(({name}: {name: string}) => name)};
    },
  };
}
