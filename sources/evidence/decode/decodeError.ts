/** Something is not what it should be; the message names the field and is fit for a user. */
export class DecodeError extends Error {
  override name = `DecodeError`;
}

/** The body is not JSON at all: a portal's page, a proxy's error, an answer that was cut off. */
export class NotJsonError extends DecodeError {
  override name = `NotJsonError`;
}
