import {spawn}                    from 'node:child_process';
import {once}                     from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {createRequire}            from 'node:module';
import path                       from 'node:path';
import {createInterface}          from 'node:readline';
import {describe, expect, it}     from 'vitest';

const tsx = createRequire(import.meta.url).resolve(`tsx/cli`);
const main = path.resolve(import.meta.dirname, `../lab/main.ts`);

describe(`yarn lab`, () => {
  it(`prints one line with everything, and leaves nothing behind`, async () => {
    const child = spawn(process.execPath, [tsx, main], {stdio: [`ignore`, `pipe`, `inherit`]});
    const lines: Array<string> = [];
    const reader = createInterface(child.stdout).on(`line`, line => lines.push(line));

    await once(reader, `line`);
    const described = JSON.parse(lines[0]!);

    for (const url of [`registry`, `tufMirror`, `fulcio`, `rekor`, `rekorV2`, `tsa`])
      expect(described[url]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);

    const files = [described.tufRoot, described.trustedRoot, described.registryKeys.endpoint, described.registryKeys.tuf];
    for (const file of files)
      expect(JSON.parse(readFileSync(file, `utf8`))).toEqual(expect.any(Object));

    const {github, gitlab} = described;
    const response = await fetch(`${github.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sigstore`, {headers: {authorization: `Bearer ${github.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`}});
    expect(await response.json()).toEqual({count: 1, value: expect.any(String)});
    expect(gitlab).toMatchObject({SIGSTORE_ID_TOKEN: expect.any(String), NPM_ID_TOKEN: expect.any(String)});

    child.kill(`SIGINT`);
    expect(await once(child, `exit`)).toEqual([0, null]);
    expect(lines).toHaveLength(1);
    expect(files.filter(file => existsSync(file))).toEqual([]);
  });
});
