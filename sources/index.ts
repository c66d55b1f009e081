import type {Plugin} from '@yarnpkg/core';

const plugin: Plugin = {
  configuration: {},
  commands: [],
};

// eslint-disable-next-line arca/no-default-export
export default plugin;
