import {readdirSync, readFileSync} from 'node:fs';
import path                        from 'node:path';
import {describe, expect, it}      from 'vitest';

const sources = path.resolve(__dirname, `../../sources`);

/** Each stage, and the stages that it may know. Vocabulary (the files of `sources` itself) is everybody's. */
const mayImport: Record<string, Array<string>> = {
  network: [],
  inventory: [],
  evidence: [`network`],
  trust: [`network`],
  verification: [`evidence`, `trust`],
  policy: [`evidence`],
  pins: [`policy`],
  reports: [],
  archives: [`network`, `inventory`, `evidence`, `verification`, `reports`],
  publishing: [`network`, `evidence`, `trust`, `verification`, `reports`],
  install: [`inventory`, `evidence`, `archives`, `verification`, `policy`, `reports`],
};

/** Stages that do no I/O, and of which nothing may depend on the moment or the machine. */
const pure = [`verification`, `policy`];

type Import = {file: string, target: string, typeOnly: boolean};

function listFiles(stage: string): Array<string> {
  return readdirSync(path.join(sources, stage), {recursive: true, encoding: `utf8`}).filter(file => file.endsWith(`.ts`)).map(file => path.join(sources, stage, file));
}

function listImports(file: string): Array<Import> {
  const text = readFileSync(file, `utf8`);
  const imports = [...text.matchAll(/^(?:import|export) (type )?(?:[^;]*? from )?'([^']+)';/gm), ...text.matchAll(/\bimport\((type )?`([^`]+)`\)/g)];

  return imports.map(([, type, target]) => ({file: path.relative(sources, file), target: target!, typeOnly: !!type}));
}

function getStage(file: string, target: string): string | null {
  const [stage, ...rest] = path.relative(sources, path.resolve(path.dirname(file), target)).split(path.sep);
  return rest.length > 0 && stage !== `..` ? stage! : null;
}

/** The files, and those of `sources` itself whose code they run, directly or by way of each other. */
function withVocabulary(files: Array<string>): Array<string> {
  const all = new Set(files);

  for (const file of all) {
    for (const {target, typeOnly} of listImports(file)) {
      const imported = `${path.resolve(path.dirname(file), target)}.ts`;
      if (target.startsWith(`.`) && !typeOnly && path.dirname(imported) === sources) {
        all.add(imported);
      }
    }
  }

  return [...all];
}

describe(`Import arrows`, () => {
  it.each(Object.keys(mayImport))(`it should run forward in %s`, stage => {
    const files = listFiles(stage);
    expect(files.length).toBeGreaterThan(0);

    const violations = files.flatMap(file => listImports(file).filter(({target}) => {
      const targetStage = target.startsWith(`.`) ? getStage(file, target) : null;
      return targetStage !== null && targetStage !== stage && !mayImport[stage]!.includes(targetStage);
    }));

    expect(violations).toEqual([]);
  });

  it(`it should name all stages`, () => {
    const folders = readdirSync(sources, {withFileTypes: true}).filter(entry => entry.isDirectory()).map(({name}) => name);
    expect(folders.filter(name => name !== `commands`).sort()).toEqual(Object.keys(mayImport).sort());
  });

  // The gate of an installation is put together from the spine's own parts.
  it.each(Object.keys(mayImport))(`it should keep the spine out of %s`, stage => {
    const spine = [`auditAttestations`, ...stage !== `install` ? [`verifyRow`, `concludeRow`] : []];
    const violations = listFiles(stage).flatMap(file => listImports(file).filter(({target}) => {
      return spine.some(name => path.resolve(path.dirname(file), target) === path.join(sources, name));
    }));

    expect(violations).toEqual([]);
  });

  it.each(pure)(`it should bring types alone into %s`, stage => {
    const violations = listFiles(stage).flatMap(file => listImports(file).filter(({target, typeOnly}) => {
      const targetStage = target.startsWith(`.`) ? getStage(file, target) : null;
      return targetStage !== null && targetStage !== stage && !typeOnly;
    }));

    expect(violations).toEqual([]);
  });

  it.each(pure)(`it should keep clock, process and I/O out of %s, and of the vocabulary that it runs`, stage => {
    for (const file of withVocabulary(listFiles(stage))) {
      expect(readFileSync(file, `utf8`), file).not.toMatch(/\bDate\.now\b|\bnew Date\(\)|\bprocess\.|\bperformance\.|@yarnpkg\/|node:(?:fs|https?|net|child_process)/);
    }
  });
});
