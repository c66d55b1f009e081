import type {AuditRow}         from './auditRuns';
import type {InstallRow}       from './installRuns';
import type {StartupRow}       from './startupRuns';
import type {VerificationCost} from './verificationProcess';

/** What one run of the benchmark has measured. */
export type BenchResult = {
  machine: {cpu: string, cores: number, memory: number, system: string, folder: string};
  versions: Record<`yarn` | `npm` | `pnpm`, string>;
  audits: Array<AuditRow>;
  startups: Array<StartupRow>;
  verification: VerificationCost;
  bundleBytes: number;
  installs: Array<InstallRow>;
};
