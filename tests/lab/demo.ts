import {attacks} from './demo/attacks';
import {runDemo} from './demo/demo';

/** `npm run demo`: the product in two minutes. Exits with 0 only if everything was as expected. */
async function main() {
  const isExpected = await runDemo({
    attacks,
    print: text => process.stdout.write(`${text}\n`),
  });

  process.exitCode = isExpected ? 0 : 1;
}

void main();
