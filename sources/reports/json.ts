import type {Writable}                         from 'node:stream';

import type {AuditResult}                      from '../auditResult';

import {escapeUnsafe, makeBounded, mapStrings} from './sanitise';

export type JsonContext = {
  /** Version of this plugin. */
  plugin: string;
  /** Version of the Yarn that runs it. */
  yarn: string;
};

/**
 * Writes the result as NDJSON, schema 1: see
 * `docs/schema/audit-attestations.schema.json`.
 */
export function emitJson(result: AuditResult, {stdout, ...context}: JsonContext & {stdout: Writable}): void {
  for (const line of makeLines(result, context)) {
    stdout.write(`${line}\n`);
  }
}

/** The lines of the report, in order, without their line feeds. */
export function * makeLines({trust, scope, packages, findings, pinned = [], summary}: AuditResult, {plugin, yarn}: JsonContext): Generator<string> {
  yield stringifyRecord({type: `header`, schema: 1, plugin, yarn, trust, scope});

  for (const {bundles, ...pkg} of packages)
    yield stringifyRecord({type: `package`, ...pkg}, bundles);
  for (const finding of findings)
    yield stringifyRecord({type: `finding`, ...finding});

  for (const change of pinned)
    yield stringifyRecord({type: `pin`, ...change});

  yield stringifyRecord({type: `summary`, ...summary});
}

/**
 * JSON escapes the C0 controls alone. The rest that could fool a reader is
 * escaped too, so that showing the file in a terminal does no harm: the line
 * still parses to the same strings.
 *
 * Bundles are evidence for another verifier: no credential is looked for in
 * them and nothing is cut, except what is nested deeper than any bundle.
 */
function stringifyRecord(record: object, bundles?: Array<unknown>): string {
  return escapeUnsafe(JSON.stringify({
    ...mapStrings(record, text => makeBounded(text)),
    bundles: mapStrings(bundles, text => text),
  }));
}
