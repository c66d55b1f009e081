import {fork}                               from 'node:child_process';
import path                                 from 'node:path';

import type {RegistryOrder, RegistryReport} from './registryProcess';

export type BenchRegistry = {
  /** Gives what happened since the last order. */
  order: (order?: Partial<RegistryOrder>) => Promise<RegistryReport>;
  stop: () => Promise<void>;
};

export async function startBenchRegistry(size: number): Promise<BenchRegistry> {
  const child = fork(path.join(import.meta.dirname, `registryProcess.ts`), [String(size)], {execArgv: [`--import`, `tsx`], stdio: [`ignore`, `inherit`, `inherit`, `ipc`]});

  const receive = () => new Promise<unknown>((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`The registry's process ended with code ${code}`));

    child.once(`exit`, fail);
    child.once(`message`, message => {
      child.off(`exit`, fail);
      resolve(message);
    });
  });

  await receive();

  return {
    order: async ({latency = 0, tampered = null} = {}) => {
      const report = receive();
      child.send({latency, tampered});
      return await report as RegistryReport;
    },
    stop: async () => {
      const exited = new Promise(resolve => child.once(`exit`, resolve));
      child.disconnect();
      await exited;
    },
  };
}
