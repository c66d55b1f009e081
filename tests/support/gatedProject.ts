import {existsSync, readFileSync}             from 'node:fs';
import path                                   from 'node:path';
import {expect, onTestFinished}               from 'vitest';

import type {Lab}                             from '../lab/lab';

import {YarnProject, type YarnProjectOptions} from './yarnProject';

/** A project with the gate on `error` and with scripts, which is gone after the test. */
export class GatedProject extends YarnProject {
  /** Changes settings, or takes them away: null. */
  set(settings: Record<string, unknown>): void {
    this.write(`.yarnrc.yml`, {...this.readSettings(), ...settings});
  }

  addPlugin(name: string, code: string): void {
    this.write(name, code);
    this.set({plugins: [...this.readSettings().plugins, `./${name}`]});
  }

  /** Whether an install script has left its mark: a file `marker` in the project's folder. */
  hasMarker(): boolean {
    return existsSync(path.join(this.folder, `marker`));
  }

  private readSettings() {
    return JSON.parse(readFileSync(path.join(this.folder, `.yarnrc.yml`), `utf8`));
  }
}

export function makeGatedProject(lab: Lab, dependencies: Record<string, string>, {settings, ...options}: YarnProjectOptions = {}): GatedProject {
  const project = new GatedProject(lab, {dependencies}, {settings: {npmAttestationGate: `error`, enableScripts: true, ...settings}, ...options});
  onTestFinished(() => project.remove());
  return project;
}

/** The package that the gate refused, and the ids of the findings for which it did. */
export function getRefusal(stdout: string): {pkg: string, ids: Array<string>} {
  const refusals = stdout.split(`\n`).filter(line => line.includes(`Refused by npmAttestationGate`));
  expect(refusals).toHaveLength(1);

  const [, pkg = ``] = /(\S+): Refused/.exec(refusals[0]!) ?? [];
  return {pkg, ids: Array.from(refusals[0]!.matchAll(/[.] ([a-z]+(?:-[a-z]+)+): /g), ([, id]) => id!)};
}
