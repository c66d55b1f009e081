import {afterAll, beforeAll, describe, expect, it}                                        from 'vitest';

import type {EvidenceStatus, PackageResult, Verdict}                                      from '../../sources/auditResult';
import type {FindingId}                                                                   from '../../sources/findings';
import {startLab, type Lab}                                                               from '../lab/lab';
import type {RegistryOptions}                                                             from '../lab/registry';

import {auditProject, getIds, type Audit, type AuditProjectOptions, type AuditRunOptions} from './auditProject';

export type Attack = {
  /** Of the attacked package, which is version 1.0.0; tells what is done to it. */
  name: string;
  /** Publishes the package, and attacks it. */
  make: (lab: Lab, name: string) => unknown;
  verdict: Verdict;
  findings: Array<FindingId>;
  /** Signature, publish attestation, provenance. */
  statuses: [EvidenceStatus, EvidenceStatus, EvidenceStatus];
  /** What else has to be true of the package. */
  check?: (pkg: PackageResult) => void;
};

type AttackOptions = {
  /** Of the run that meets all of them at once. */
  code: 0 | 1 | 2;
  registry?: () => RegistryOptions;
  run?: AuditRunOptions & AuditProjectOptions;
  /** What has to be true of the lab afterwards. */
  after?: (lab: Lab, audit: Audit) => void;
};

/** Nothing is wrong: what an attack on something that does not matter ends with. */
export const unharmed = {verdict: `verified`, findings: [], statuses: [`verified`, `verified`, `verified`]} satisfies Partial<Attack>;

/**
 * Attacks one package each of one project, beside two honest ones, and audits
 * them in one run: no attack may hide another, or harm what is honest.
 */
export function describeAttacks(title: string, {code, registry, run, after}: AttackOptions, attacks: Array<Attack>): void {
  describe(title, () => {
    let lab: Lab;
    let audit: Audit;

    beforeAll(async () => {
      lab = await startLab(registry?.());
      lab.registry.add({name: `a-honest`, version: `1.0.0`});
      lab.registry.add({name: `z-honest`, version: `1.0.0`, provenance: true});
      for (const {name, make} of attacks)
        make(lab, name);

      const names = [`a-honest`, `z-honest`, ...attacks.map(({name}) => name)];
      audit = await auditProject(lab, {...run, dependencies: Object.fromEntries(names.map(name => [name, `1.0.0`]))});
    });

    afterAll(() => lab.stop());

    it.each(attacks)(`$name: $verdict $findings`, ({name, verdict, findings, statuses, check}) => {
      const pkg = audit.packages.get(`${name}@npm:1.0.0`)!;

      expect(describePackage(pkg), JSON.stringify(pkg.findings, null, 2)).toEqual({verdict, findings, statuses});
      check?.(pkg);
    });

    it(`harms no other package`, () => {
      expect(audit.packages.size).toBe(attacks.length + 2);
      expect(describePackage(audit.packages.get(`a-honest@npm:1.0.0`)!)).toEqual({...unharmed, statuses: [`verified`, `missing`, `missing`]});
      expect(describePackage(audit.packages.get(`z-honest@npm:1.0.0`)!)).toEqual(unharmed);
    });

    it(`ends with ${code}`, () => {
      expect(audit.code).toBe(code);
      expect(audit.findings).toEqual([]);
      after?.(lab, audit);
    });
  });
}

export function describePackage(pkg: PackageResult) {
  const {verdict, signature, publish, provenance} = pkg;
  return {verdict, findings: getIds(pkg), statuses: [signature.status, publish.status, provenance.status]};
}
