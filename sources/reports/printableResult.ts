import type {AuditResult}          from '../auditResult';

import {makePrintable, mapStrings} from './sanitise';

/** The result as people may read it, whatever its texts are made of. Bundles may hold megabytes and are never shown. */
export function makePrintableResult(result: AuditResult): AuditResult {
  return mapStrings({...result, packages: result.packages.map(({bundles, ...pkg}) => pkg)}, text => makePrintable(text));
}
