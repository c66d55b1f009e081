import {MessageName, StreamReport}              from '@yarnpkg/core';
import type {Configuration}                     from '@yarnpkg/core';
import type {Writable}                          from 'node:stream';

import {makeBounded, makePrintable, mapStrings} from '../reports/sanitise';

import type {Decision}                          from './decision';
import type {DowngradeFinding}                  from './downgrade';
import type {ProvenanceSummary}                 from './provenanceSource';

export type LogEntry = {
  logIndex: string;
  url: string;
};

type PublishReportOptions = {
  configuration: Configuration;
  stdout: Writable;
  json: boolean;
};

/** What is told about provenance, line by line among those that Yarn prints about the publish. */
export class PublishReport {
  constructor(private readonly options: PublishReportOptions) {}

  reportDecision({enabled, source, message}: Decision): Promise<void> {
    return this.print(`info`, [message], {type: `provenance`, enabled, source, provenanceMessage: message});
  }

  /** The whole statement is shown where nobody can look it up in the log. */
  reportStatement({predicateType, certified, statement}: ProvenanceSummary, {dryRun}: {dryRun: boolean}): Promise<void> {
    const summary = {
      sourceRepository: certified.sourceRepository,
      sourceRef: certified.sourceRef,
      sourceCommit: certified.sourceCommit,
      workflow: certified.workflow,
      run: certified.run,
    };

    return this.print(`info`, [
      `Provenance statement: ${summary.sourceRepository} at ${summary.sourceCommit} (${summary.sourceRef})`,
      `  built by ${summary.workflow}, ${summary.run}`,
      ...dryRun ? JSON.stringify(statement, null, 2).split(`\n`).map(line => `  ${line}`) : [],
    ], {type: `provenanceStatement`, predicateType, ...summary, statement});
  }

  reportBundle(entry: LogEntry | null, {isNew}: {isNew: boolean}): Promise<void> {
    const what = isNew ? `Provenance signed and verified` : `Provenance file verified`;

    return this.print(`info`, [
      entry ? `${what}; transparency log entry ${entry.logIndex}, ${entry.url}` : what,
    ], {type: `provenanceLogEntry`, logIndex: entry?.logIndex ?? null, url: entry?.url ?? null, isNew});
  }

  reportFinding(finding: DowngradeFinding): Promise<void> {
    return this.print(finding.severity, [`${finding.message} (${finding.id}). ${finding.hint}.`], {type: `finding`, ...finding});
  }

  reportWarning(message: string): Promise<void> {
    return this.print(`warning`, [message], null);
  }

  private async print(severity: `info` | `warning` | `error`, lines: Array<string>, record: {} | null): Promise<void> {
    await StreamReport.start({...this.options, includeFooter: false}, async report => {
      for (const line of lines)
        this.printLine(report, severity, line);

      if (record !== null) {
        report.reportJson(mapStrings(record, text => makeBounded(text)));
      }
    });
  }

  private printLine(report: StreamReport, severity: `info` | `warning` | `error`, line: string): void {
    // Indentation is ours, not what the value's own white space would become.
    const [, indent, text] = /^( *)(.*)$/s.exec(line)!;
    const printable = `${indent}${makePrintable(text!)}`;

    switch (severity) {
      case `info`: report.reportInfo(MessageName.UNNAMED, printable); break;
      case `warning`: report.reportWarning(MessageName.UNNAMED, printable); break;
      case `error`: report.reportError(MessageName.UNNAMED, printable); break;
    }
  }
}
