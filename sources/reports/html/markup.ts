/** Text that is markup already. Only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

type Content = string | number | Html | ReadonlyArray<Content>;

const entities: Record<string, string> = {'&': `&amp;`, '<': `&lt;`, '>': `&gt;`, '"': `&quot;`, '\'': `&#39;`};

/** Whatever is put in is text, in elements and in quoted attributes, unless it came from here. */
export function html(strings: TemplateStringsArray, ...contents: Array<Content>): Html {
  return new Html(strings.map((part, index) => `${part}${index < contents.length ? render(contents[index]!) : ``}`).join(``));
}

/** Source code of ours, as it is. */
export function makeRaw(text: string): Html {
  return new Html(text);
}

/** JSON within a `<script>`: nothing in it can end the element or begin a comment. */
export function makeJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, `0`)}`));
}

function render(content: Content): string {
  if (content instanceof Html)
    return content.text;

  return typeof content === `object` ? content.map(render).join(``) : `${content}`.replace(/[&<>"']/g, character => entities[character]!);
}
