import {Writable} from 'node:stream';

/**
 * A stream in front of another that corrects one field of the record with
 * which Yarn ends its output: Yarn itself has attached no provenance and says
 * so, whatever the upload carries.
 */
export function correctFinalRecord(stdout: Writable, hasProvenance: () => boolean): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _, callback) => {
      stdout.write(correct(chunk.toString(), hasProvenance), callback);
    },
  });
}

/** Yarn writes each record in one piece. */
function correct(line: string, hasProvenance: () => boolean): string {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return line;
  }

  if (typeof record !== `object` || record === null || !(`published` in record) || !(`provenance` in record))
    return line;

  return `${JSON.stringify({...record, provenance: hasProvenance()})}\n`;
}
