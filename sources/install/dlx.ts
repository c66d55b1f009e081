import type {Plugin}     from '@yarnpkg/core';

import {getProcessState} from './processState';

type CommandClass = NonNullable<Plugin[`commands`]>[number];

const extended = Symbol.for(`yarn-plugin-npm-attestations/dlx`);

/** Has `yarn dlx` remember where it was started: it installs in a temporary folder. */
export function extendDlx(plugin: Plugin): void {
  plugin.commands = plugin.commands?.map(Command => isDlx(Command) && !(extended in Command) ? extendCommand(Command) : Command);
}

function isDlx({paths = []}: CommandClass): boolean {
  return paths.some(([word, ...rest]) => word === `dlx` && rest.length === 0);
}

function extendCommand(Command: CommandClass): CommandClass {
  const {execute} = Command.prototype;

  return class extends Command {
    static [extended] = true;

    override async execute() {
      const {cwd, plugins} = this.context;
      return await getProcessState().dlxOrigin.run({cwd, plugins}, () => execute.call(this));
    }
  };
}
