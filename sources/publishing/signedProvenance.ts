import type {Configuration}                               from '@yarnpkg/core';

import type {HttpClient}                                  from '../network/types';

import {findMissingVariables, getProvider, isSupportedCi} from './buildIdentity';
import type {Environment}                                 from './ciEnvironment';
import type {Inquiries}                                   from './inquiries';
import type {ProvenanceSource}                            from './provenanceSource';
import {signStatement}                                    from './signing/signStatement';
import {SigningError}                                     from './signing/signingError';
import {makeStatementSubject}                             from './subject';
import type {PublishSubject}                              from './subject';
import {ProvenanceError, verifyProvenance}                from './verifyProvenance';
import type {ProvenanceTrust}                             from './verifyProvenance';

type SignedProvenanceContext = {
  configuration: Configuration;
  http: HttpClient;
  env: Environment;
  inquiries: Inquiries;
  trust: ProvenanceTrust;
};

/** Provenance that this job is going to sign itself. */
export async function prepareSignedProvenance(subject: PublishSubject, context: SignedProvenanceContext): Promise<ProvenanceSource> {
  const {configuration, http, env, inquiries: {ci, identity}, trust} = context;

  const result = await identity();
  const missing = isSupportedCi(ci.type) ? findMissingVariables(ci.type, env) : null;

  if (`problem` in result || !isSupportedCi(ci.type)) {
    return {
      problems: [...`problem` in result ? [result.problem] : [], ...missing !== null ? [missing] : []],
      summary: null,
      makeBundle: () => Promise.reject(new Error(`Assertion failed: Expected an identity`)),
    };
  }

  const {token} = result;
  const {makeStatement, forecastCertificate, claims} = getProvider(ci.type);
  const statement = makeStatement(makeStatementSubject(subject), env);

  return {
    problems: missing !== null ? [missing] : [],
    summary: {
      predicateType: statement.predicateType,
      certified: forecastCertificate(token.claims, env),
      missing: claims.filter(claim => !token.claims.get(claim)),
      predicate: statement.predicate,
      statement,
    },
    makeBundle: async () => {
      const payload = Buffer.from(JSON.stringify(statement));
      const bundle = await signStatement(payload, {configuration, http, token});

      const verified = verifyOwn(bundle, payload, subject, trust);
      return {mediaType: bundle.mediaType, text: JSON.stringify(bundle), logIndex: verified.logIndex, isNew: true};
    },
  };
}

/** Certificate authority and log could be anybody's: what they answered must pass every consumer's audit. */
function verifyOwn(bundle: unknown, payload: Buffer, subject: PublishSubject, trust: ProvenanceTrust) {
  try {
    const verified = verifyProvenance(bundle, subject, trust);
    if (!verified.payload.equals(payload))
      throw new ProvenanceError(`it holds another statement`);

    return verified;
  } catch (error) {
    if (error instanceof ProvenanceError)
      throw new SigningError(`The signed provenance fails verification: ${error.message}. Do the trusted root and the Sigstore servers of the settings belong together?`, `written`, {cause: error});

    throw error;
  }
}
