import {generateKeyPairSync, sign, verify, type KeyPairKeyObjectResult} from 'node:crypto';

import type {Clock}                                                     from './clock';

export type Claims = Record<string, unknown>;

/** Issues and checks identity tokens of one issuer (RS256). The issuer's name is its own claim: the keys are the lab's. */
export class IdentityProvider {
  private keys: KeyPairKeyObjectResult | null = null;

  /** @param lifetime of its tokens, in seconds */
  constructor(readonly issuer: string, private readonly clock: Clock, private readonly lifetime = 10 * 60) {
  }

  /** @returns a signed JWT; the claims may override what every token has (`iss`, `iat`, `nbf`, `exp`, `jti`) */
  mint(claims: Claims, audience: string): string {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const payload = {iss: this.issuer, aud: audience, iat: now, nbf: now, exp: now + this.lifetime, jti: `lab-${now}`, ...claims};

    const {privateKey} = this.getKeys();
    const signed = [{typ: `JWT`, alg: `RS256`, kid: `lab`}, payload].map(part => Buffer.from(JSON.stringify(part)).toString(`base64url`)).join(`.`);
    return `${signed}.${sign(`sha256`, Buffer.from(signed), privateKey).toString(`base64url`)}`;
  }

  /** The claims of a token of this issuer, or why it is none. */
  check(token: string, audiences: Array<string>): Claims | string {
    const [header = ``, payload = ``, signature = ``] = token.split(`.`);
    if (!verify(`sha256`, Buffer.from(`${header}.${payload}`), this.getKeys().publicKey, Buffer.from(signature, `base64url`)))
      return `the token's signature is not valid`;

    const claims = decodeClaims(token);
    const now = this.clock.now().getTime() / 1000;

    if (claims === null || claims.iss !== this.issuer)
      return `the token is of another issuer`;
    if (typeof claims.exp !== `number` || claims.exp < now)
      return `the token has expired`;
    if (typeof claims.aud !== `string` || !audiences.includes(claims.aud))
      return `the token is for the audience ${claims.aud}, not for ${audiences.join(` or `)}`;

    return claims;
  }

  /** Made when they are needed first: an RSA key takes longer than the rest of the lab. */
  private getKeys(): KeyPairKeyObjectResult {
    return this.keys ??= generateKeyPairSync(`rsa`, {modulusLength: 2048});
  }
}

/** Unverified. */
export function decodeClaims(token: string): Claims | null {
  try {
    return JSON.parse(Buffer.from(token.split(`.`)[1] ?? ``, `base64url`).toString());
  } catch {
    return null;
  }
}
