import type {AttestOptions} from '../lab/attest';
import type {Lab}           from '../lab/lab';

import type {Attack}        from './attackTable';

const version = `1.0.0`;

export const withProvenance = (provenance: AttestOptions) => ({registry}: Lab, name: string) => registry.add({name, version, provenance});
export const withPublish = (publishAttestation: AttestOptions) => ({registry}: Lab, name: string) => registry.add({name, version, provenance: true, publishAttestation});
export const withBundle = (change: (bundle: any) => void, options: AttestOptions = {}) => withProvenance({...options, bundle: bundle => {
  change(bundle);
  return bundle;
}});

export const badProvenance = (...findings: Attack[`findings`]) => ({verdict: `failed`, findings, statuses: [`verified`, `verified`, `invalid`]}) satisfies Partial<Attack>;
export const badPublish = (...findings: Attack[`findings`]) => ({verdict: `failed`, findings, statuses: [`verified`, `invalid`, `verified`]}) satisfies Partial<Attack>;
export const badBoth = (...findings: Attack[`findings`]) => ({verdict: `failed`, findings, statuses: [`verified`, `invalid`, `invalid`]}) satisfies Partial<Attack>;
