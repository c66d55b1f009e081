import {createRequire} from 'node:module';
import {defineConfig}  from 'vitest/config';

// eslint-disable-next-line arca/no-default-export
export default defineConfig({
  resolve: {
    // Its ESM build does not load in Node, and the CommonJS build is the one
    // whose error classes Yarn knows.
    alias: [{find: /^clipanion$/, replacement: createRequire(import.meta.url).resolve(`clipanion`)}],
  },
  test: {
    projects: [
      {extends: true, test: {name: `unit`, include: [`tests/**/*.test.ts`], exclude: [`tests/acceptance/**`]}},
      // These run the built plugin in real releases of Yarn.
      {extends: true, test: {name: `acceptance`, include: [`tests/acceptance/**/*.test.ts`], globalSetup: [`./tests/support/acceptanceSetup.ts`]}},
    ],
    // Most of the time is that of child processes, which leave the runner idle.
    maxWorkers: `100%`,
    // Acceptance tests start real Yarn processes; on a loaded machine one such
    // process may take seconds. A limit only ends what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: [`default`, `./tests/support/closingLine.ts`],
  },
});
