import type {Signer} from '@sigstore/verify';

/**
 * What the certificate authority has attested about the build. Extensions of
 * before 2023 hold bare text, later ones DER encoded UTF8Strings.
 * https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
export type CertifiedClaims = {
  issuer?: string;
  /** Subject alternative name: the workflow that ran the signing job, or a person's e-mail address. */
  signer?: string;
  trigger?: string;
  sourceRepository?: string;
  sourceRepositoryId?: string;
  sourceOwnerId?: string;
  /** At the time of signing; certificates carry it since 2023. */
  sourceVisibility?: string;
  sourceRef?: string;
  sourceCommit?: string;
  /** Path of the top-level workflow in the source repository. */
  workflow?: string;
  /** The ref at which it was read; nearly always that of the source. */
  workflowRef?: string;
  runner?: string;
  run?: string;
  /** Newer extensions that this certificate lacks although it has others of them. */
  lacking: Array<string>;
};

const FULCIO_ARC = `1.3.6.1.4.1.57264.1`;

const OID = {
  issuer: 1,
  trigger: 2,
  sha: 3,
  repository: 5,
  ref: 6,
  issuerV2: 8,
  buildSignerUri: 9,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
} as const;

/** Those that GitHub's and GitLab's certificates have carried from the first day of the newer extensions on. */
const NEWER: Array<keyof typeof OID> = [
  `issuerV2`,
  `buildSignerUri`,
  `runnerEnvironment`,
  `sourceRepositoryUri`,
  `sourceRepositoryDigest`,
  `sourceRepositoryRef`,
  `sourceRepositoryIdentifier`,
  `buildConfigUri`,
  `buildTrigger`,
  `runInvocationUri`,
];

/** Months after the last certificates without the newer extensions; nobody is issued such a one any more. */
const END_OF_OLD_CERTIFICATES = new Date(`2023-07-01T00:00:00Z`);

/** @param time when the certificate was used: the log's or a timestamp authority's word */
export function getCertifiedClaims({identity}: Signer, time: Date): CertifiedClaims {
  const extensions = new Map<string, Buffer>();
  for (const {oid, value} of identity?.oids ?? [])
    extensions.set(oid?.id.join(`.`) ?? ``, value);

  const get = (name: keyof typeof OID) => {
    const value = extensions.get(`${FULCIO_ARC}.${OID[name]}`);
    if (typeof value === `undefined`)
      return undefined;

    return OID[name] < OID.issuerV2 ? value.toString(`utf8`) : decodeUtf8String(value);
  };

  const signer = identity?.subjectAlternativeName;
  const lacking = NEWER.filter(name => typeof get(name) === `undefined`);

  if (lacking.length === NEWER.length && time < END_OF_OLD_CERTIFICATES) {
    const repository = get(`repository`);
    const sourceRepository = repository ? `https://github.com/${repository}` : undefined;

    return {
      issuer: get(`issuer`),
      signer,
      trigger: get(`trigger`),
      sourceRepository,
      sourceRef: get(`ref`),
      sourceCommit: get(`sha`),
      // The oldest certificates name the signing workflow only; it is the
      // top-level one unless it lives in another repository.
      workflow: getWorkflowPath(signer, sourceRepository),
      workflowRef: getWorkflowRef(signer, sourceRepository),
      lacking: [],
    };
  }

  const sourceRepository = get(`sourceRepositoryUri`);
  return {
    // Where the newer one is lacking, the older one tells whose gap it is.
    issuer: get(`issuerV2`) ?? get(`issuer`),
    signer,
    trigger: get(`buildTrigger`),
    sourceRepository,
    sourceRepositoryId: get(`sourceRepositoryIdentifier`),
    sourceOwnerId: get(`sourceOwnerIdentifier`),
    sourceVisibility: get(`sourceRepositoryVisibility`),
    sourceRef: get(`sourceRepositoryRef`),
    sourceCommit: get(`sourceRepositoryDigest`),
    workflow: getWorkflowPath(get(`buildConfigUri`), sourceRepository),
    workflowRef: getWorkflowRef(get(`buildConfigUri`), sourceRepository),
    runner: get(`runnerEnvironment`),
    run: get(`runInvocationUri`),
    lacking,
  };
}

/** `https://host/o/r/.github/workflows/x.yml@ref` (GitLab: `https://host/o/r//.gitlab-ci.yml@ref`) gives the path below the repository. */
export function getWorkflowPath(uri: string | undefined, repository: string | undefined) {
  return splitWorkflowUri(uri, repository)?.path;
}

export function getWorkflowRef(uri: string | undefined, repository: string | undefined) {
  return splitWorkflowUri(uri, repository)?.ref;
}

function splitWorkflowUri(uri: string | undefined, repository: string | undefined) {
  if (!uri || !repository || !uri.startsWith(`${repository}/`))
    return undefined;

  let start = repository.length;
  while (uri[start] === `/`)
    start += 1;

  // Tags may hold an "@" themselves (refs/tags/@scope/name@1.2.3).
  const refStart = uri.indexOf(`@refs/`, start);
  const end = refStart >= 0 ? refStart : uri.lastIndexOf(`@`);

  return end > start ? {path: uri.slice(start, end), ref: uri.slice(end + 1)} : {path: uri.slice(start), ref: undefined};
}

/** `owner/name`, or `group/subgroup/name`. */
export function getRepositoryPath({sourceRepository}: CertifiedClaims): string | undefined {
  const start = sourceRepository?.indexOf(`/`, `https://`.length) ?? -1;
  return start >= 0 ? sourceRepository!.slice(start + 1) : undefined;
}

export function getRefType({sourceRef}: CertifiedClaims): `branch` | `tag` | undefined {
  if (sourceRef?.startsWith(`refs/heads/`))
    return `branch`;

  return sourceRef?.startsWith(`refs/tags/`) ? `tag` : undefined;
}

/** The ref without `refs/…/`; undefined where a type is asked for that it is not of. */
export function getRefName(certified: CertifiedClaims, type?: `branch` | `tag`): string | undefined {
  if (type && type !== getRefType(certified))
    return undefined;

  const {sourceRef} = certified;
  return sourceRef?.startsWith(`refs/`) ? sourceRef.split(`/`).slice(2).join(`/`) : sourceRef;
}

/** The numbers in a run's URL: `…/actions/runs/<id>/attempts/<attempt>`, on GitLab `…/-/jobs/<id>`. */
export function getRun({run}: CertifiedClaims): {id: string, attempt?: string} | undefined {
  const [last, kind, id] = run?.split(`/`).reverse() ?? [];
  if (kind === `attempts` && id && last)
    return {id, attempt: last};

  return kind === `jobs` && last ? {id: last} : undefined;
}

/** A DER UTF8String; undefined for anything else, which then counts as lacking. https://www.itu.int/rec/T-REC-X.690 */
function decodeUtf8String(der: Buffer) {
  const length = der[1];
  if (der[0] !== 0x0c || typeof length === `undefined`)
    return undefined;

  if (length < 0x80)
    return der.length === 2 + length ? der.toString(`utf8`, 2) : undefined;

  const lengthBytes = length & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 2 || der.length < 2 + lengthBytes)
    return undefined;

  const start = 2 + lengthBytes;
  return der.length === start + der.readUIntBE(2, lengthBytes) ? der.toString(`utf8`, start) : undefined;
}
