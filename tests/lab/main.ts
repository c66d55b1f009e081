import {writeLabFiles} from './files';
import {startLab}      from './lab';
import {addSamples}    from './samples';

/**
 * `yarn lab`: runs the lab by hand. Prints one line of JSON with everything
 * that settings and CI environments need, and stays until it is interrupted.
 */
async function main() {
  const lab = await startLab();
  const files = writeLabFiles(lab);
  process.on(`exit`, files.remove);

  const samples = addSamples(lab.registry);

  process.stdout.write(`${JSON.stringify({
    registry: lab.registry.url,
    packages: samples.map(({name, version}) => `${name}@${version}`),
    tufMirror: lab.tufServer.url,
    tufRoot: files.tufRoot,
    trustedRoot: files.trustedRoot,
    registryKeys: {endpoint: files.endpointKeys, tuf: files.targetKeys},
    fulcio: lab.fulcio.url,
    rekor: lab.rekor.url,
    rekorV2: lab.rekorV2.url,
    tsa: lab.tsa.url,
    github: lab.startGithubJob(),
    gitlab: lab.startGitlabJob(),
  })}\n`);

  for (const signal of [`SIGINT`, `SIGTERM`, `SIGHUP`] as const) {
    process.once(signal, () => {
      void lab.stop().finally(() => process.exit(0));
    });
  }
}

void main();
