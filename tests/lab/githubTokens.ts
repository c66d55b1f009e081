import {makeGithubEnvironment}                   from './ciEnvironments';
import {makeGithubClaims}                        from './claims';
import {LabServer, type Answer, type LabRequest} from './httpServer';
import type {IdentityProvider}                   from './identityProvider';

const TOKEN_PATH = `/_apis/actions/idtoken`;

/** The endpoint at which jobs of GitHub Actions ask for identity tokens. */
export class GithubTokens {
  private readonly jobs = new Map<string, Record<string, string>>();

  private constructor(readonly server: LabServer, private readonly provider: IdentityProvider) {
  }

  static async start(provider: IdentityProvider): Promise<GithubTokens> {
    let tokens: GithubTokens | null = null;
    const server = await LabServer.start(request => tokens!.handle(request));

    tokens = new GithubTokens(server, provider);
    return tokens;
  }

  /**
   * The environment of a job with these claims. Tokens that it asks for carry
   * `tokenClaims` on top: a job whose variables and token disagree.
   */
  startJob(claims: Record<string, string> = {}, tokenClaims: Record<string, string> = {}) {
    const requestToken = `job-${this.jobs.size + 1}`;
    this.jobs.set(requestToken, makeGithubClaims({...claims, ...tokenClaims}));

    return {
      ...makeGithubEnvironment(makeGithubClaims(claims)),
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.server.url}${TOKEN_PATH}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    };
  }

  private handle(request: LabRequest): Answer | null {
    if (request.method !== `GET` || request.path !== TOKEN_PATH)
      return null;

    const claims = this.jobs.get(request.headers.authorization?.replace(/^bearer /i, ``) ?? ``);
    if (!claims)
      return {status: 401, body: {message: `Unauthorized`}};

    const audience = request.query.get(`audience`) ?? `https://github.com/${claims.repository_owner}`;
    return {body: {count: 1, value: this.provider.mint(claims, audience)}};
  }
}
