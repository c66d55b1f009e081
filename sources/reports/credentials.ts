/** Names of query parameters that grant access to whoever reads their value. */
const secretName = /auth(?!or)|token|secret|passw|pwd|passphrase|signature|^sig$|credential|api[-_]?key|access[-_]?key|^key$|session|jwt/i;

// All expressions are anchored on a literal and stop at characters that could
// start another match: linear on hostile input.
const userinfo = /(:[\\/]{2})([^\\/?#\s]*)@/g;
// A password with a bare `/`, `?` or `#` makes a URL of it that nobody can use,
// and is a password nonetheless: what stands where a port should is none.
const brokenUserinfo = /(:[\\/]{2})[^\\/?#\s@[:]*:(?!\d*(?:[\\/?#\s]|$))[^\s@]{0,256}@/g;
const encodedUserinfo = /(%3A%2F%2F)((?:(?!%2F|%3F|%23)[^\\/?#\s@])*)%40/gi;
const parameter = /([?&;#]|%3F|%26)([^?&;#=\s%]{1,64})(=|%3D)([^&#\s]*)/gi;

/**
 * The text with the credentials taken out of every URL in it: user information
 * (also percent-encoded, as in a `patch:` locator of a tarball URL) and the
 * values of query parameters that are named like secrets. The user `git` of
 * ssh URLs is no secret and stays, since such locators are common.
 */
export function redactCredentials(text: string): string {
  return text
    .replace(userinfo, (match, start: string, user: string) => user === `git` ? match : `${start}***@`)
    .replace(brokenUserinfo, `$1***@`)
    .replace(encodedUserinfo, (match, start: string, user: string) => user === `git` ? match : `${start}***%40`)
    .replace(parameter, (match, start: string, name: string, equals: string) => secretName.test(name) ? `${start}${name}${equals}***` : match);
}
