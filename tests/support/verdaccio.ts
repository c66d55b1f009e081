import {spawn}                  from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {connect, createServer}  from 'node:net';
import type {AddressInfo}       from 'node:net';
import {tmpdir}                 from 'node:os';
import path                     from 'node:path';
import {setTimeout}             from 'node:timers/promises';

export type Verdaccio = {
  /** Without a trailing slash. */
  url: string;
  stop: () => Promise<void>;
};

/** A real Verdaccio. It passes on what it finds at `uplink`, and anybody may publish to it. */
export async function startVerdaccio(uplink: string | null): Promise<Verdaccio> {
  const folder = await mkdtemp(path.join(tmpdir(), `npm-attestations-verdaccio-`));
  const port = await getFreePort();

  // JSON is YAML.
  await writeFile(path.join(folder, `config.yaml`), JSON.stringify({
    storage: path.join(folder, `storage`),
    auth: {htpasswd: {file: path.join(folder, `htpasswd`)}},
    ...uplink !== null ? {uplinks: {lab: {url: uplink, cache: true}}} : {},
    packages: {'**': {access: `$all`, publish: `$all`, ...uplink !== null ? {proxy: `lab`} : {}}},
    log: {type: `stdout`, format: `pretty`, level: `warn`},
  }));

  const child = spawn(process.execPath, [require.resolve(`verdaccio/bin/verdaccio`), `--config`, path.join(folder, `config.yaml`), `--listen`, `127.0.0.1:${port}`], {
    cwd: folder,
    env: {PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, HOME: folder},
    stdio: [`ignore`, `pipe`, `pipe`],
  });

  const output: Array<string> = [];
  child.stdout.on(`data`, chunk => output.push(String(chunk)));
  child.stderr.on(`data`, chunk => output.push(String(chunk)));

  const exited = new Promise<void>(resolve => child.on(`exit`, () => resolve()));

  const stop = async () => {
    child.kill();
    await exited;
    await rm(folder, {recursive: true, force: true});
  };

  while (!await isListening(port)) {
    if (child.exitCode !== null)
      throw new Error(`Verdaccio has not started\n${output.join(``)}`);

    await setTimeout(100);
  }

  return {url: `http://127.0.0.1:${port}`, stop};
}

async function getFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, `127.0.0.1`, resolve));

  const {port} = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, `127.0.0.1`);
    socket.on(`connect`, () => resolve(true));
    socket.on(`error`, () => resolve(false));
    socket.on(`close`, () => socket.destroy());
    socket.on(`connect`, () => socket.end());
  });
}
