/** What to do where a registry could not be had: it may be down, or want to know who asks. */
export function getUnreachableHint({authentication}: {authentication: boolean}): string {
  return authentication
    ? `Configure a token for this registry (npmAuthToken)`
    : `Run the command again, without --offline, when the registry answers`;
}
