import {getField, getText} from '../jsonFields';

/** The claims of an identity token. Only texts are of interest; nothing here has been verified. */
export type TokenClaims = ReadonlyMap<string, string>;

/** A token that proves to a certificate authority which job this is: a credential, never to be shown. */
export type IdentityToken = {
  raw: string;
  claims: TokenClaims;
  /** What the certificate authority wants to see signed: the verified e-mail address, else the subject. */
  challenge: string;
};

/**
 * Reads a JSON Web Token without verifying it: that is the certificate
 * authority's task, here the claims only tell beforehand what it will certify.
 * Null when it is none. https://www.rfc-editor.org/rfc/rfc7519
 */
export function tryParseIdentityToken(raw: string): IdentityToken | null {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(raw) ?? [];
  if (typeof payload === `undefined`)
    return null;

  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload, `base64url`).toString(`utf8`));
  } catch {
    return null;
  }

  const challenge = getField(value, `email_verified`) === true ? getText(value, `email`) : null;
  const subject = challenge ?? getText(value, `sub`);

  if (subject === null)
    return null;

  const claims = new Map<string, string>();
  for (const [name, claim] of Object.entries(value as {}))
    if (typeof claim === `string` || typeof claim === `number`)
      claims.set(name, String(claim));

  // An audience may be a list; with several recipients none of them is the one that was meant.
  const audience = getField(value, `aud`);
  if (Array.isArray(audience) && audience.length === 1)
    claims.set(`aud`, String(audience[0]));

  return {raw, claims, challenge: subject};
}
