import {execFile}         from 'node:child_process';

import type {Lab}         from '../lab/lab';
import type {LabRegistry} from '../lab/registry';

type NpmPublish = {
  manifest: Record<string, unknown>;
  tarball: Buffer;
  /** The environment of the job. */
  env: Record<string, string>;
  registry: LabRegistry;
  token: string;
};

type NpmPublishResult =
  | {accepted: true}
  /** The error's text, as npm would print it. */
  | {accepted: false, message: string};

// In a process of its own: the library reads the environment when it is loaded.
const SCRIPT = `
const {publish} = require(process.env.LIBNPMPUBLISH);
const {manifest, tarball, options} = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));

publish(manifest, Buffer.from(tarball, 'base64'), options).then(
  () => ({accepted: true}),
  error => ({accepted: false, message: [error.message, error.cause?.message].join(' ')}),
).then(result => process.stdout.write(JSON.stringify(result)));
`;

/**
 * Publishes with the library that npm's CLI publishes with: it makes the same
 * kind of provenance, but checks next to nothing before it signs.
 */
export async function publishWithNpm(lab: Lab, {manifest, tarball, env, registry, token}: NpmPublish): Promise<NpmPublishResult> {
  const input = JSON.stringify({
    manifest,
    tarball: tarball.toString(`base64`),
    options: {
      registry: `${registry.url}/`,
      access: `public`,
      provenance: true,
      fulcioURL: lab.fulcio.url,
      rekorURL: lab.rekor.url,
      retry: {retries: 0},
      fetchRetries: 0,
      forceAuth: {token},
    },
  });

  return await new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [`-e`, SCRIPT], {
      env: {...env, PATH: process.env.PATH, LIBNPMPUBLISH: require.resolve(`libnpmpublish`)},
    }, (error, stdout, stderr) => {
      if (error) {
        reject(new Error(`${error.message}\n${stderr}`));
      } else {
        resolve(JSON.parse(stdout));
      }
    });

    child.stdin!.end(input);
  });
}
