import type {Inquiries}                  from './inquiries';
import type {ProvenanceWish, WishSource} from './provenanceWish';

export type Decision = {
  enabled: boolean;
  source: WishSource | `automatic`;
  /** On or off and why, in one line. */
  message: string;
};

/**
 * How the upload is authenticated: by a token that was exchanged for the
 * identity of the job, or by anything else. A dry run never gets that far; it
 * is `expected` where this Yarn would try the exchange.
 */
export type Authentication = `trusted-publishing` | `expected` | `other`;

export async function decide(wish: ProvenanceWish, authentication: Authentication, inquiries: Inquiries): Promise<Decision> {
  if (wish.wanted === `automatic`)
    return decideAutomatically(authentication, inquiries);

  return {
    enabled: wish.wanted,
    source: wish.source,
    message: `Provenance: ${wish.wanted ? `on` : `off`}, because of ${wish.name}`,
  };
}

/**
 * Nobody said anything. Trusted publishing proves that a CI job publishes, so
 * that its story can be told; it is told only where nothing in it is secret.
 */
async function decideAutomatically(authentication: Authentication, inquiries: Inquiries): Promise<Decision> {
  const off = (reason: string): Decision => ({enabled: false, source: `automatic`, message: `Provenance: off (automatic), ${reason}`});

  if (authentication === `other`)
    return off(`as this upload is not authenticated by trusted publishing`);

  const identity = await inquiries.identity();
  if (`problem` in identity)
    return off(`as there is no identity to tell of: ${identity.problem.message}`);

  const {claims} = identity.token;
  const source = claims.get(`repository_visibility`) ?? claims.get(`project_visibility`) ?? `of unknown visibility`;
  if (source !== `public`)
    return off(`as the source repository is ${source}`);

  const visibility = await inquiries.visibility();
  if (visibility.status !== `public`)
    return off(`as the package is not known to be public (${visibility.status === `unknown` ? visibility.reason : `the registry does not show it to everybody`})`);

  return {
    enabled: true,
    source: `automatic`,
    message: authentication === `expected`
      ? `Provenance: on (automatic) if trusted publishing succeeds, as source and package are public`
      : `Provenance: on (automatic), by trusted publishing from a public source to a public package`,
  };
}
