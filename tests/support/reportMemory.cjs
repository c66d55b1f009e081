// A preload: writes the most memory that this process ever held, in kilobytes,
// into the file that LAB_MEMORY_REPORT names.
const {writeFileSync} = require(`node:fs`);

process.on(`exit`, () => {
  writeFileSync(process.env.LAB_MEMORY_REPORT, String(process.resourceUsage().maxRSS));
});
