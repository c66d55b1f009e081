import {readFileSync}                             from 'node:fs';
import path                                       from 'node:path';
import {describe, expect, it}                     from 'vitest';

import {findingCatalog, publishingFindingCatalog} from '../../../sources/findings';
import {findingHelp}                              from '../../../sources/reports/findingHelp';

const page = readFileSync(path.resolve(__dirname, `../../../docs/findings.md`), `utf8`);
const chapters = new Map(page.split(/^### /m).slice(1).map(chapter => [chapter.split(`\n`)[0]!, chapter]));

describe(`docs/findings.md`, () => {
  it.each(Object.entries({...findingCatalog, ...publishingFindingCatalog}))(`it should explain %s`, (id, {severity}) => {
    const chapter = chapters.get(id);
    expect(chapter).toBeDefined();

    expect(chapter).toContain(`Default severity: \`${severity}\``);
    for (const label of [`Meaning`, `Risk`, `What to do`, `Example`]) {
      expect(chapter).toMatch(new RegExp(`^- \\*\\*${label}:\\*\\* \\S`, `m`));
    }
  });

  it.each(Object.entries(findingHelp))(`it should say of %s what reports say`, (id, {meaning, action}) => {
    expect(chapters.get(id)).toContain(`- **Meaning:** ${meaning}\n`);
    expect(chapters.get(id)).toContain(`- **What to do:** ${action}\n`);
  });
});
