import type {Plugin} from '@yarnpkg/core';

import {settings}    from './settings';

const plugin: Plugin = {
  configuration: settings,
  commands: [],
};

// eslint-disable-next-line arca/no-default-export
export default plugin;
