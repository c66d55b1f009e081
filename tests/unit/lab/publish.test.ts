import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {attest, type AttestOptions}                  from '../../lab/attest';
import {startLab, type Lab}                          from '../../lab/lab';
import {getIntegrity, makeTarball}                   from '../../lab/tarball';

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

afterEach(async () => {
  await lab.stop();
});

type Upload = {name?: string, repository?: unknown, provenance?: AttestOptions, access?: string, alter?: (body: any) => void};

const REPOSITORY = {type: `git`, url: `git+https://github.com/acme/widgets.git`};

function makeUpload({name = `@acme/widget`, repository = REPOSITORY, provenance, access, alter = () => {}}: Upload) {
  const version = `1.0.0`;
  const tarball = makeTarball({'package.json': JSON.stringify({name, version})});
  const integrity = getIntegrity(tarball);
  const bundle = provenance && JSON.stringify(attest({name, version, integrity}, provenance.sigstore ?? lab.sigstore, provenance).bundle);

  const body = {
    name,
    access,
    'dist-tags': {latest: version},
    versions: {[version]: {name, version, repository, dist: {integrity}}},
    _attachments: {
      [`${name}-${version}.tgz`]: {data: tarball.toString(`base64`), length: tarball.length},
      ...bundle && {[`${name}-${version}.sigstore`]: {data: bundle, length: bundle.length}},
    },
  };

  alter(body);
  return body;
}

async function send(upload: Upload, {method = `PUT`, prefix = ``, headers = {}} = {}): Promise<{status: number, body: any}> {
  const body = makeUpload(upload);
  const response = await fetch(`${lab.registry.url}${prefix}/${body.name.replace(`/`, `%2f`)}`, {method, headers, body: JSON.stringify(body)});
  return {status: response.status, body: await response.json()};
}

const get = async (path: string): Promise<any> => (await fetch(`${lab.registry.url}${path}`)).json();

describe(`the lab's publish endpoint`, () => {
  it(`signs what it accepts`, async () => {
    expect((await send({})).status).toBe(201);

    const {dist} = await get(`/@acme%2fwidget/latest`);
    expect(dist.signatures).toMatchObject([{keyid: lab.registry.keys[0]!.keyid}]);
    expect(dist).not.toHaveProperty(`attestations`);
  });

  it.each<[string, Upload]>([
    [`GitHub`, {provenance: {}}],
    [`GitLab`, {provenance: {kind: `gitlab`}, repository: {type: `git`, url: `https://gitlab.com/acme/gadgets`}}],
  ])(`serves provenance of %s beside its own attestation`, async (_, upload) => {
    expect(await send(upload)).toMatchObject({status: 201});
    expect((await get(`/-/npm/v1/attestations/@acme%2fwidget@1.0.0`)).attestations).toHaveLength(2);
  });

  it(`stages without publishing`, async () => {
    const {status, body} = await send({provenance: {}}, {method: `POST`, prefix: `/-/stage/package`});

    expect([status, typeof body.stageId]).toEqual([201, `string`]);
    expect(lab.registry.staged).toMatchObject([{name: `@acme/widget`, attestations: [{}, {}]}]);
    expect(lab.registry.packages.size).toBe(0);
  });

  it.each<[string, Upload, number, RegExp]>([
    [`a tarball of another integrity`, {alter: body => void (body.versions[`1.0.0`].dist.integrity = `sha512-AAAA`)}, 400, /integrity/],
    [`a document of another package`, {alter: body => void (body.versions[`1.0.0`].name = `other`)}, 400, /one version/],
    [`a document without a tarball`, {alter: body => void (body._attachments = {})}, 400, /no tarball/],
    [`restricted access`, {provenance: {}, access: `restricted`}, 422, /access/],
    [`no repository`, {provenance: {}, repository: undefined, alter: body => void delete body.versions[`1.0.0`].repository}, 422, /"repository.url" is "", expected to match "https:\/\/github.com\/acme\/widgets" from provenance$/],
    [`a repository shorthand`, {provenance: {}, repository: `acme/widgets`}, 422, /"repository.url" is ""/],
    [`a repository in other case`, {provenance: {}, repository: {url: `https://github.com/Acme/widgets`}}, 422, /"repository.url" is "https:\/\/github.com\/Acme\/widgets"/],
    [`a self-hosted runner`, {provenance: {claims: {runner_environment: `self-hosted`}}}, 422, /Unsupported GitHub Actions runner environment: "self-hosted"/],
    [`a private repository`, {provenance: {claims: {repository_visibility: `private`}}}, 422, /Unsupported GitHub Actions source repository visibility: "private"/],
    [`no source ref`, {provenance: {withoutExtensions: [14]}}, 422, /source ref: ""/],
    [`another workflow than the certificate's`, {provenance: {certifiedClaims: {workflow_ref: `acme/widgets/.github/workflows/other.yml@refs/tags/v1.0.0`}}}, 422, /workflow is/],
    [`another commit than the certificate's`, {provenance: {certifiedClaims: {sha: `f`.repeat(40)}}}, 422, /digest is/],
    [`another trigger than the certificate's`, {provenance: {certifiedClaims: {event_name: `pull_request`}}}, 422, /event_name is/],
    [`another run than the certificate's`, {provenance: {certifiedClaims: {run_id: `1`}}}, 422, /invocationId is/],
    [`another package's provenance`, {provenance: {statement: statement => ({...statement, subject: [{...statement.subject[0]!, name: `pkg:npm/other@1.0.0`}]})}}, 422, /subject/],
    [`an unsigned statement`, {provenance: {bundle: bundle => ({...bundle, dsseEnvelope: {...bundle.dsseEnvelope, payload: `e30=`}})}}, 422, /payload hash/],
  ])(`refuses %s`, async (_, upload, status, message) => {
    const answer = await send(upload);

    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(message);
    expect(lab.registry.packages.size).toBe(0);
  });

  it(`refuses what a strange Sigstore has signed`, async () => {
    expect(await send({provenance: {sigstore: lab.makeStrangeSigstore()}})).toMatchObject({status: 422});
  });

  it(`refuses a version that exists`, async () => {
    await send({});
    expect(await send({})).toMatchObject({status: 403});
  });

  it(`knows what is public`, async () => {
    await send({access: `public`});
    await send({name: `@acme/secret`, access: `restricted`});

    expect(await get(`/-/package/@acme%2fwidget/visibility`)).toEqual({public: true});
    expect(await get(`/-/package/@acme%2fsecret/visibility`)).toEqual({public: false});
    expect((await fetch(`${lab.registry.url}/-/package/other/visibility`)).status).toBe(404);
  });
});

describe(`trusted publishing`, () => {
  beforeEach(async () => {
    await lab.stop();
    lab = await startLab({publishAuthorization: `Bearer secret`});
    lab.registry.trustedPublishers.set(`@acme/widget`, ({project_path}) => project_path === `acme/gadgets`);
  });

  async function exchange(token: string, name = `@acme%2fwidget`): Promise<any> {
    const response = await fetch(`${lab.registry.url}/-/npm/v1/oidc/token/exchange/package/${name}`, {method: `POST`, headers: {authorization: `Bearer ${token}`}});
    return response.json();
  }

  it(`gives a token that publishes`, async () => {
    const {token} = await exchange(lab.startGitlabJob().NPM_ID_TOKEN);

    expect(await send({})).toMatchObject({status: 401});
    expect(await send({}, {headers: {authorization: `Bearer ${token}`}})).toMatchObject({status: 201});
  });

  it.each<[string, () => string, string?]>([
    [`for another audience`, () => lab.startGitlabJob().SIGSTORE_ID_TOKEN],
    [`of another project`, () => lab.startGitlabJob({project_path: `evil/gadgets`}).NPM_ID_TOKEN],
    [`for another package`, () => lab.startGitlabJob().NPM_ID_TOKEN, `other`],
    [`that is garbage`, () => `garbage`],
  ])(`gives nothing for a token %s`, async (_, getToken, name) => {
    expect(await exchange(getToken(), name)).not.toHaveProperty(`token`);
  });
});
