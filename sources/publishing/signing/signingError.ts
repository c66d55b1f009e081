/** Whether the transparency log now holds an entry: `unknown` when its answer was lost on the way. */
export type LogState = `none` | `unknown` | `written`;

/** Signing failed. The message never holds the identity token. */
export class SigningError extends Error {
  constructor(message: string, readonly log: LogState, options?: ErrorOptions) {
    super(message, options);
    this.name = `SigningError`;
  }
}
