/**
 * The value of a key in npm's configuration format, `undefined` when it is not
 * set. A key without value means true; the last one wins; keys below a section
 * header belong to that section. https://docs.npmjs.com/cli/configuring-npm/npmrc
 */
export function findNpmrcValue(text: string, key: string, env: Record<string, string | undefined>): string | undefined {
  let value: string | undefined;

  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed.startsWith(`[`))
      break;
    if (trimmed === `` || trimmed.startsWith(`;`) || trimmed.startsWith(`#`))
      continue;

    const equals = trimmed.indexOf(`=`);
    const name = equals < 0 ? trimmed : trimmed.slice(0, equals).trim();
    if (name === key) {
      value = equals < 0 ? `true` : expand(unquote(trimmed.slice(equals + 1).trim()), env);
    }
  }

  return value;
}

/** Quotes protect comment characters; without them a comment ends the value. */
function unquote(value: string): string {
  const quoted = /^(["'])(.*?)\1\s*(?:[;#].*)?$/.exec(value);
  return quoted ? quoted[2]! : value.replace(/\s*[;#].*$/, ``);
}

/** `${NAME}` stands for a variable that is set; `${NAME?}` also for one that isn't. */
function expand(value: string, env: Record<string, string | undefined>): string {
  return value.replace(/\$\{([^${}?]+)(\?)?\}/g, (match, name: string, optional?: string) => {
    return env[name] ?? (optional ? `` : match);
  });
}
