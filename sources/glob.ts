/**
 * Matches a whole text against a glob in which `*` stands for any characters,
 * `/` and `@` included, and nothing else is special.
 *
 * Globs are words of the user, texts may be words of a registry: no regular
 * expression is made of either, and the time is linear in both.
 */
export function matches(glob: string, text: string): boolean {
  const [prefix = ``, ...rest] = glob.split(`*`);
  const suffix = rest.pop();
  if (suffix === undefined)
    return text === glob;

  if (!text.startsWith(prefix))
    return false;

  let position = prefix.length;
  for (const part of rest) {
    const index = text.indexOf(part, position);
    if (index === -1)
      return false;

    position = index + part.length;
  }

  return text.length - suffix.length >= position && text.endsWith(suffix);
}
