import {BaseCommand}          from '@yarnpkg/cli';
import type {Plugin}          from '@yarnpkg/core';
import {expect, it}           from 'vitest';

import {extendPublishCommand} from '../../../sources/commands/npm/publish';

class OtherCommand extends BaseCommand {
  static override paths = [[`npm`, `login`]];

  async execute() {}
}

class PublishCommand extends BaseCommand {
  static override paths = [[`npm`, `publish`]];

  async execute() {}
}

it(`should take the place of the host's publish command once, and of no other`, () => {
  const plugin = {commands: [OtherCommand, PublishCommand]} as unknown as Plugin;

  extendPublishCommand(plugin);
  const [other, publish] = plugin.commands!;

  expect(other).toBe(OtherCommand);
  expect(publish).not.toBe(PublishCommand);
  expect(publish!.paths).toEqual(PublishCommand.paths);
  expect(Object.create(publish!.prototype)).toBeInstanceOf(PublishCommand);

  // Yarn loads the plugin again for each configuration.
  extendPublishCommand(plugin);
  expect(plugin.commands![1]).toBe(publish);
});

it(`should leave a host alone that has no publish command`, () => {
  const plugin: Plugin = {commands: []};
  extendPublishCommand(plugin);
  extendPublishCommand({});

  expect(plugin.commands).toEqual([]);
});
