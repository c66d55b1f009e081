// A preload: writes what its process has used into the file that BENCH_USAGE
// names. The first process of a tree takes the name away from its children.
'use strict';

const {writeFileSync} = require(`node:fs`);

const path = process.env.BENCH_USAGE;
delete process.env.BENCH_USAGE;

if (path) {
  process.on(`exit`, () => {
    const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage();
    writeFileSync(path, JSON.stringify({cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS * 1024}));
  });
}
