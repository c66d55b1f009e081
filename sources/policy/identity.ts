import type {ProvenanceResult} from '../auditResult';

/** Who builds a package: certified claims alone. What the certificate did not carry is absent, and not compared. */
export type Identity = {
  sourceRepository?: string;
  /** The forge's number, which outlives a rename. */
  sourceRepositoryId?: string;
  workflow?: string;
  issuer?: string;
  refClass?: RefClass;
};

type RefClass = `branch` | `tag` | `other`;

export function getIdentity({sourceRepository, sourceRepositoryId, sourceRef, workflow, issuer}: ProvenanceResult): Identity {
  return {
    ...sourceRepository ? {sourceRepository} : {},
    ...sourceRepositoryId ? {sourceRepositoryId} : {},
    ...workflow ? {workflow} : {},
    ...issuer ? {issuer} : {},
    ...sourceRef ? {refClass: getRefClass(sourceRef)} : {},
  };
}

function getRefClass(ref: string): RefClass {
  if (ref.startsWith(`refs/tags/`))
    return `tag`;

  return ref.startsWith(`refs/heads/`) ? `branch` : `other`;
}

/** Where an identity differs from a pin, field by field; `renamed` when nothing but the URL of the same repository does. */
type PinComparison = {result: `same` | `renamed` | `changed`, lacking: boolean};

export function compareIdentity(pin: Identity, identity: Identity): PinComparison {
  let lacking = false;
  let changed = false;

  const compare = (field: keyof Identity) => {
    if (typeof pin[field] === `undefined`)
      return;

    lacking ||= typeof identity[field] === `undefined`;
    changed ||= pin[field] !== identity[field];
  };

  compare(`issuer`);
  compare(`workflow`);
  compare(`refClass`);

  // Numbers mean something on their own forge alone, which the issuer stands
  // for. Certificates of before 2023 have none: their URL has to do.
  const haveIds = pin.sourceRepositoryId && identity.sourceRepositoryId;
  if (haveIds)
    compare(`sourceRepositoryId`);
  if (!haveIds || !pin.issuer)
    compare(`sourceRepository`);

  if (changed)
    return {result: `changed`, lacking};

  return {result: haveIds && pin.sourceRepository !== identity.sourceRepository ? `renamed` : `same`, lacking: false};
}

/** One line, as complete as the pin. */
export function describeIdentity({sourceRepository, sourceRepositoryId, workflow, issuer, refClass}: Identity): string {
  const parts = [
    `${sourceRepository ?? `unknown repository`}${sourceRepositoryId ? ` (id ${sourceRepositoryId})` : ``}`,
    ...workflow ? [`workflow ${workflow}`] : [],
    ...issuer ? [`issuer ${issuer}`] : [],
    ...refClass ? [`from a ${refClass === `other` ? `ref that is neither branch nor tag` : refClass}`] : [],
  ];

  return parts.join(`, `);
}

/** What a question about a change has to name. */
export function describeDifference(before: Identity, now: Identity): string {
  const differs = (field: keyof Identity) => typeof before[field] !== `undefined` && before[field] !== now[field];

  // Another URL has another id, and often another issuer: nobody needs to be told twice.
  const fields = differs(`sourceRepository`)
    ? [`sourceRepository`, `workflow`, `refClass`] as const
    : [`sourceRepositoryId`, `workflow`, `issuer`, `refClass`] as const;

  return fields.filter(differs).map(field => `${nouns[field]} ${now[field] ?? `(none)`} instead of ${before[field]}`).join(`, `);
}

const nouns: Record<keyof Identity, string> = {
  sourceRepository: `repository`,
  sourceRepositoryId: `repository id`,
  workflow: `workflow`,
  issuer: `issuer`,
  refClass: `kind of ref`,
};
