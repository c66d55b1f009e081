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
export function * makeLines(result: AuditResult, context: JsonContext): Generator<string> {
  for (const {line} of makeRecords(result, context)) {
    yield line;
  }
}

/**
 * The same records in one document, a record a line: see
 * `docs/schema/audit-report.schema.json`.
 */
export function makeDocument(result: AuditResult, context: JsonContext): string {
  const records = [...makeRecords(result, context)];
  const select = (type: RecordType) => records.filter(record => record.type === type).map(({line}) => line);
  const list = (type: RecordType) => `[\n${select(type).join(`,\n`)}\n]`;

  return `{"schema":1,\n"header":${select(`header`)},\n"packages":${list(`package`)},\n"findings":${list(`finding`)},\n"pins":${list(`pin`)},\n"summary":${select(`summary`)}}\n`;
}

type RecordType = `header` | `package` | `finding` | `pin` | `summary`;

function * makeRecords({trust, scope, packages, findings, pinned = [], summary}: AuditResult, {plugin, yarn}: JsonContext): Generator<{type: RecordType, line: string}> {
  const make = (type: RecordType, record: object, bundles?: Array<unknown>) => ({type, line: stringifyRecord({type, ...record}, bundles)});

  yield make(`header`, {schema: 1, plugin, yarn, trust, scope});

  for (const {bundles, ...pkg} of packages)
    yield make(`package`, pkg, bundles);
  for (const finding of findings)
    yield make(`finding`, finding);

  for (const change of pinned)
    yield make(`pin`, change);

  yield make(`summary`, summary);
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
