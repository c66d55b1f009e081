import {describe, expect, it} from 'vitest';

import {redactCredentials}    from '../../../sources/reports/credentials';

describe(`redactCredentials`, () => {
  it.each([
    [`https://user:hunter2@registry.example.org/a`, `https://***@registry.example.org/a`],
    [`https://ghp_hunter2@github.com/a/b.git`, `https://***@github.com/a/b.git`],
    [`https://user:hunt@er2@registry.example.org/`, `https://***@registry.example.org/`],
    [`https:\\\\user:hunter2@registry.example.org`, `https:\\\\***@registry.example.org`],
    [`https://user:hunt/er2@registry.example.org/a`, `https://***@registry.example.org/a`],
    [`https://user:hunt#er2@registry.example.org/a`, `https://***@registry.example.org/a`],
    [`https://user:hunt?er2@registry.example.org/a`, `https://***@registry.example.org/a`],
    [`https://user:1hunt/er2@registry.example.org/a`, `https://***@registry.example.org/a`],
    [`git+ssh://git:hunter2@github.com/a/b`, `git+ssh://***@github.com/a/b`],
    [`see https://a:hunter2@x.example.org and https://b:hunter2@y.example.org`, `see https://***@x.example.org and https://***@y.example.org`],
    [`a@patch:a@https%3A%2F%2Fuser%3Ahunter2%40registry.example.org%2Fa.tgz#./a.patch`, `a@patch:a@https%3A%2F%2F***%40registry.example.org%2Fa.tgz#./a.patch`],
    [`https://x.example.org/a.tgz?token=hunter2`, `https://x.example.org/a.tgz?token=***`],
    [`https://x.example.org/a.tgz?v=1&X-Amz-Signature=hunter2&w=2`, `https://x.example.org/a.tgz?v=1&X-Amz-Signature=***&w=2`],
    [`https://x.example.org/a.tgz?sig=hunt?er;2`, `https://x.example.org/a.tgz?sig=***`],
    [`https://x.example.org/#access_token=hunter2`, `https://x.example.org/#access_token=***`],
    [`a@patch:a@https%3A%2F%2Fx.example.org%2Fa.tgz%3Fapi_key%3Dhunter2#./a.patch`, `a@patch:a@https%3A%2F%2Fx.example.org%2Fa.tgz%3Fapi_key%3D***#./a.patch`],
  ])(`it should redact %s`, (text, expected) => {
    expect(redactCredentials(text)).toEqual(expected);
  });

  it.each([
    `@acme/foo@npm:1.0.0`,
    `https://registry.example.org/@acme/foo`,
    `https://registry.example.org:8080/@acme/foo`,
    `https://[::1]:8080/@acme/foo`,
    `https://github.com/acme/w/.github/workflows/publish.yml@refs/heads/main`,
    `ssh://git@github.com/acme/foo.git#commit=0123`,
    `git@github.com:acme/foo.git`,
    `https://search.sigstore.dev/?logIndex=12&author=somebody`,
    `foo@patch:foo@npm%3A1.0.0#./foo.patch::version=1.0.0&hash=abc`,
  ])(`it should leave alone %s`, text => {
    expect(redactCredentials(text)).toEqual(text);
  });
});
