import npmCliPlugin         from '@yarnpkg/plugin-npm-cli';
import {expect, test}       from 'vitest';

import {getHostPlugin}      from '../../sources/hostPlugin';
import {getMissingSettings} from '../../sources/settings';

test(`it should declare what a host lacks, and not what it has`, () => {
  expect(getMissingSettings({})).toHaveProperty(`npmPublishProvenance`);

  const {npmPublishProvenance} = getMissingSettings({});
  expect(getMissingSettings({npmPublishProvenance})).not.toHaveProperty(`npmPublishProvenance`);
  expect(getMissingSettings({npmPublishProvenance})).toHaveProperty(`npmSigstoreTufMirror`);
});

test(`it should find a host's plugin behind both kinds of default import`, () => {
  expect(getHostPlugin({default: npmCliPlugin})).toBe(npmCliPlugin);
  expect(getHostPlugin(npmCliPlugin)).toBe(npmCliPlugin);
});
