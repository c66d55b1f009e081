import {expect, it}             from 'vitest';

import {getMedian, takeMedians} from '../../bench/medians';

it.each([
  [[7], 7],
  [[1, 2], 1.5],
  [[9, 1, 5], 5],
  [[4, 1, 3, 10], 3.5],
])(`should find the median of %j`, (values, median) => {
  expect(getMedian(values)).toBe(median);
});

it(`should take the median of each number, and the rest from any sample`, () => {
  const samples = [{tool: `a`, wall: 3, cpu: 1}, {tool: `a`, wall: 1, cpu: 2}, {tool: `a`, wall: 2, cpu: 9}];
  expect(takeMedians(samples)).toEqual({tool: `a`, wall: 2, cpu: 2});
});
