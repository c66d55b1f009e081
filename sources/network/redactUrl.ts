/**
 * A URL as it may be shown: without user, password, query and fragment, where
 * tokens and signed download links carry their secrets.
 */
export function redactUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search ? `?…` : ``}`;
}
