import {describe, expect, it} from 'vitest';

import {editPins}             from '../../../sources/pins/editPins';
import {parsePins}            from '../../../sources/pins/pinsText';
import type {IdentityPin}     from '../../../sources/policy/identityPins';

const text = `# Kept by the platform team.

# The one from Ann's team.
"@acme/a":
  - range: "<2.0.0-0"
    sourceRepository: "https://github.com/acme/a"
  # Rewritten in 2025.
  - range: '>=2.0.0-0' # since May
    sourceRepository: https://github.com/acme/a-next
    # Numbers outlive names.
    sourceRepositoryId: "4711"

widgets:
  - range: "*"
    sourceRepository: "https://github.com/acme/widgets"

# The end.
`;

const repository = `https://github.com/acme/new`;
const pin: IdentityPin = {range: `*`, sourceRepository: repository};

describe(`parsePins`, () => {
  it(`should read what people may write`, () => {
    expect(parsePins(text)).toEqual(new Map([
      [`@acme/a`, [
        {range: `<2.0.0-0`, sourceRepository: `https://github.com/acme/a`},
        {range: `>=2.0.0-0`, sourceRepository: `https://github.com/acme/a-next`, sourceRepositoryId: `4711`},
      ]],
      [`widgets`, [{range: `*`, sourceRepository: `https://github.com/acme/widgets`}]],
    ]));
  });

  it.each([``, `\n`, `# Nothing yet.\n`])(`should read the empty file %j`, empty => {
    expect(parsePins(empty)).toEqual(new Map());
  });

  it.each([
    [`a merge conflict`, text.replace(`widgets:`, `<<<<<<< HEAD\nwidgets:`), `line 13: the file has merge conflicts`],
    [`the middle of one`, text.replace(`widgets:`, `=======\nwidgets:`), `merge conflicts`],
    [`the end of one`, `${text}>>>>>>> branch\n`, `merge conflicts`],
    [`a package that is there twice`, `${text}widgets:\n  - range: "^2.0.0"\n    sourceRepository: "${repository}"\n`, `widgets is there twice`],
    [`the same in other quotes`, `${text}"widgets":\n  - range: "^2.0.0"\n    sourceRepository: "${repository}"\n`, `widgets is there twice`],
    [`a field that is there twice`, text.replace(`    sourceRepository: "https://github.com/acme/widgets"`, `    sourceRepository: "x"\n    sourceRepository: "y"`), `widgets has a field twice`],
    [`a field that nobody knows`, text.replace(`sourceRepositoryId`, `sourceRepositoryID`), `@acme/a[1]: "sourceRepositoryID" is none of`],
    [`no range`, text.replace(`range: "*"\n    `, ``), `widgets[0].range`],
    [`a range that is none`, text.replace(`"*"`, `"latest"`), `widgets[0].range`],
    [`no repository`, text.replace(`    sourceRepository: "https://github.com/acme/widgets"\n`, ``), `widgets[0]: expected a sourceRepository`],
    [`an empty value`, text.replace(`"https://github.com/acme/widgets"`, `""`), `widgets[0].sourceRepository`],
    [`a package without identities`, `widgets:\n`, `widgets: expected a list`],
    [`a name that is none`, text.replace(`widgets:`, `"wid gets/":`), `no package name`],
    [`no mapping`, `- widgets\n`, `line 1`],
    [`another file`, `{"widgets": []}\n`, `line 1`],
    [`half a file`, text.slice(0, text.indexOf(`github.com`)), `unexpected end`],
    [`anchors`, `widgets:\n  - &a\n    range: "*"\n`, `line 2`],
  ])(`should refuse %s`, (_, damaged, message) => {
    expect(() => parsePins(damaged)).toThrow(message);
  });
});

describe(`editPins`, () => {
  const edit = (changes: Record<string, Array<IdentityPin>>) => editPins(text, new Map([...parsePins(text), ...Object.entries(changes)]));

  it(`should change nothing where nothing changes`, () => {
    expect(edit({})).toBe(text);
  });

  it(`should keep the line ends of the file`, () => {
    const windows = text.replaceAll(`\n`, `\r\n`);
    expect(editPins(windows, parsePins(windows))).toBe(windows);
  });

  it(`should add a package where it belongs`, () => {
    expect(edit({'@acme/b': [pin]})).toBe(text.replace(`\nwidgets:`, `"@acme/b":\n  - range: "*"\n    sourceRepository: "${repository}"\n\nwidgets:`));
  });

  it(`should add an identity`, () => {
    const [old] = parsePins(text).get(`widgets`)!;
    expect(edit({widgets: [old!, pin]})).toBe(text.replace(`acme/widgets"\n`, `acme/widgets"\n  - range: "*"\n    sourceRepository: "${repository}"\n`));
  });

  it(`should replace an identity below its comment`, () => {
    const [first] = parsePins(text).get(`@acme/a`)!;
    const edited = edit({'@acme/a': [first!, pin]});

    expect(edited).toContain(`  # Rewritten in 2025.\n  - range: "*"\n    sourceRepository: "${repository}"\n\nwidgets:`);
    expect(edited).toContain(`# Kept by the platform team.`);
    expect(edited).toContain(`# The end.`);
  });

  it(`should begin a file`, () => {
    const begun = editPins(null, new Map([[`b`, [pin]], [`a`, [pin]]]));

    expect(begun).toMatch(/^# The identities/);
    expect(begun.indexOf(`"a":`)).toBeLessThan(begun.indexOf(`"b":`));
    expect(parsePins(begun)).toEqual(new Map([[`a`, [pin]], [`b`, [pin]]]));
  });

  it(`should write what no YAML could be mistaken about`, () => {
    const strange = {range: `>=1.0.0 <2.0.0-0`, sourceRepository: `https://host/: "#'\\\n- x`, workflow: `no`};
    expect(parsePins(editPins(text, new Map([...parsePins(text), [`@acme/b`, [strange]]]))).get(`@acme/b`)).toEqual([strange]);
  });
});
