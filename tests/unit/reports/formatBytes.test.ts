import {expect, it}  from 'vitest';

import {formatBytes} from '../../../sources/reports/formatBytes';

it.each([
  [0, `0 bytes`],
  [999, `999 bytes`],
  [1000, `1.0 KB`],
  [1_540_000, `1.5 MB`],
  [2e15, `2000000.0 GB`],
])(`it should spell %d as %s`, (bytes, text) => {
  expect(formatBytes(bytes)).toEqual(text);
});
