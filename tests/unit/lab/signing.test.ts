import {bundleFromJSON, bundleToJSON}                              from '@sigstore/bundle';
import {TrustedRoot}                                               from '@sigstore/protobuf-specs';
import {DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness} from '@sigstore/sign';
import {toSignedEntity, toTrustMaterial, Verifier}                 from '@sigstore/verify';
import {afterEach, beforeEach, describe, expect, it}               from 'vitest';

import {makeGithubClaims, makeGitlabClaims}                        from '../../lab/claims';
import {decodeClaims}                                              from '../../lab/identityProvider';
import {startLab, type Lab}                                        from '../../lab/lab';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

type Witnesses = {entryType?: `intoto` | `dsse`, version?: 1 | 2, timestamp?: boolean};

/** The stock signer against the lab's servers. */
async function sign(token: string, {entryType = `dsse`, version = 1, timestamp = false}: Witnesses = {}) {
  const builder = new DSSEBundleBuilder({
    certificateChain: true,
    signer: new FulcioSigner({fulcioBaseURL: lab.fulcio.url, identityProvider: {getToken: async () => token}, retry: 0}),
    witnesses: [
      new RekorWitness({rekorBaseURL: version === 1 ? lab.rekor.url : lab.rekorV2.url, entryType, majorApiVersion: version, retry: 0}),
      ...timestamp ? [new TSAWitness({tsaBaseURL: lab.tsa.url, retry: 0})] : [],
    ],
  });

  return builder.create({data: Buffer.from(`{"hello":"world"}`), type: `application/vnd.in-toto+json`});
}

function verify(bundle: Awaited<ReturnType<typeof sign>>) {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(lab.sigstore.getTrustedRoot()));
  return new Verifier(trust).verify(toSignedEntity(bundleFromJSON(bundleToJSON(bundle))));
}

const mintGithub = (audience = `sigstore`, claims = {}) => lab.providers.github.mint(makeGithubClaims(claims), audience);

describe(`the lab's Sigstore, used by the stock signer`, () => {
  it.each<[string, Witnesses]>([
    [`dsse`, {}],
    [`intoto`, {entryType: `intoto`}],
    [`Rekor v2 with a timestamp`, {version: 2, timestamp: true}],
  ])(`signs with %s`, async (_, witnesses) => {
    const {identity} = verify(await sign(mintGithub(), witnesses));
    expect(identity?.subjectAlternativeName).toBe(`https://github.com/acme/widgets/.github/workflows/release.yml@refs/tags/v1.0.0`);
  });

  it(`signs for GitLab`, async () => {
    const {identity} = verify(await sign(lab.providers.gitlab.mint(makeGitlabClaims(), `sigstore`)));
    expect(identity?.subjectAlternativeName).toBe(`https://gitlab.com/acme/gadgets//.gitlab-ci.yml@refs/tags/v1.0.0`);
  });

  it(`signs for a person`, async () => {
    const token = lab.providers.people.mint({sub: `42`, email: `mallory@example.org`, email_verified: true}, `sigstore`);
    const {identity} = verify(await sign(token));
    expect(identity?.subjectAlternativeName).toBe(`mallory@example.org`);
  });

  it(`keeps a list of what was logged`, async () => {
    await sign(mintGithub());
    await sign(mintGithub(), {version: 2, timestamp: true});

    expect(lab.sigstore.rekor.entries).toMatchObject([{kind: `dsse`, version: `0.0.1`}]);
    expect(lab.sigstore.rekorV2.entries).toMatchObject([{kind: `dsse`, version: `0.0.2`}]);
  });

  it(`dates certificates and entries by its clock`, async () => {
    lab.clock.set(new Date(`2023-05-01T12:00:00Z`));
    const bundle = await sign(mintGithub());

    verify(bundle);
    expect(bundle.verificationMaterial.tlogEntries[0]!.integratedTime).toBe(`${Date.parse(`2023-05-01T12:00:00Z`) / 1000}`);
  });

  it.each<[string, () => string]>([
    [`for another audience`, () => mintGithub(`npm:registry.example.org`)],
    [`that has expired`, () => mintGithub(`sigstore`, {exp: 1})],
    [`of an unknown issuer`, () => mintGithub(`sigstore`, {iss: `https://tokens.example.org`})],
    [`whose claims were altered`, () => {
      const token = mintGithub();
      const [header, , signature] = token.split(`.`);
      const claims = {...decodeClaims(token), repository: `evil/widgets`};
      return [header, Buffer.from(JSON.stringify(claims)).toString(`base64url`), signature].join(`.`);
    }],
  ])(`refuses a token %s`, async (_, mint) => {
    await expect(sign(mint())).rejects.toMatchObject({code: `CA_CREATE_SIGNING_CERTIFICATE_ERROR`});
    expect(lab.sigstore.rekor.entries).toEqual([]);
  });

  it(`refuses a certificate for somebody else's key`, async () => {
    lab.fulcio.override(`/api/v2/signingCert`, request => {
      const body = JSON.parse(request.body.toString());
      body.publicKeyRequest.proofOfPossession = Buffer.from(`stolen`).toString(`base64`);
      request.body = Buffer.from(JSON.stringify(body));
      return null;
    });

    await expect(sign(mintGithub())).rejects.toMatchObject({code: `CA_CREATE_SIGNING_CERTIFICATE_ERROR`});
  });

  it(`refuses to log what the certificate did not sign`, async () => {
    lab.rekor.override(`/api/v1/log/entries`, request => {
      const body = JSON.parse(request.body.toString());
      const envelope = JSON.parse(body.spec.proposedContent.envelope);
      body.spec.proposedContent.envelope = JSON.stringify({...envelope, payload: Buffer.from(`other`).toString(`base64`)});
      request.body = Buffer.from(JSON.stringify(body));
      return null;
    });

    await expect(sign(mintGithub())).rejects.toMatchObject({code: `TLOG_CREATE_ENTRY_ERROR`});
  });

  it(`answers a repeated upload with the place of the first`, async () => {
    await sign(mintGithub());
    const {body} = lab.rekor.requests[0]!;

    const response = await fetch(`${lab.rekor.url}/api/v1/log/entries`, {method: `POST`, body: new Uint8Array(body)});
    const location = response.headers.get(`location`);
    const entry = await (await fetch(`${lab.rekor.url}${location}`)).json();

    expect(response.status).toBe(409);
    expect(Object.keys(entry as object)).toEqual([lab.sigstore.rekor.entries[0]!.uuid]);
    expect(lab.sigstore.rekor.entries).toHaveLength(1);
  });
});

describe(`jobs`, () => {
  it(`get GitHub tokens for the audience that they ask for`, async () => {
    const job = lab.startGithubJob({repository: `acme/other`}, {runner_environment: `self-hosted`});
    const response = await fetch(`${job.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sigstore`, {headers: {authorization: `Bearer ${job.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`}});
    const {value} = await response.json() as {value: string};

    expect(job).toMatchObject({GITHUB_REPOSITORY: `acme/other`, RUNNER_ENVIRONMENT: `github-hosted`});
    expect(lab.providers.github.check(value, [`sigstore`])).toMatchObject({aud: `sigstore`, repository: `acme/other`, runner_environment: `self-hosted`});
  });

  it(`get no GitHub token without the right to ask`, async () => {
    const job = lab.startGithubJob();
    expect((await fetch(job.ACTIONS_ID_TOKEN_REQUEST_URL)).status).toBe(401);
  });

  it(`get GitLab tokens from their environment`, () => {
    const job = lab.startGitlabJob();

    expect(lab.providers.gitlab.check(job.SIGSTORE_ID_TOKEN, [`sigstore`])).toMatchObject({project_path: `acme/gadgets`});
    expect(lab.providers.gitlab.check(job.NPM_ID_TOKEN, [`npm:${new URL(lab.registry.url).host}`])).toMatchObject({project_path: `acme/gadgets`});
  });
});
