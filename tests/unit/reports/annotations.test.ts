import {describe, expect, it}                                 from 'vitest';

import {makeAnnotations}                                      from '../../../sources/reports/annotations';
import {makeFinding, makePackage, makeResult, makeRichResult} from '../../support/auditResults';
import {makeLockfileText}                                     from '../../support/printers';

const annotate = (result: Parameters<typeof makeLockfileText>[0]) => makeAnnotations(result, makeLockfileText(result));

describe(`makeAnnotations`, () => {
  it(`it should annotate each group of problems once, at its first package`, () => {
    const annotations = annotate(makeRichResult());

    expect(annotations.map(line => /^::(\w+) .*title=([a-z-]+)::/.exec(line)!.slice(1).join(` `))).toEqual([
      `error provenance-missing`, `error signature-invalid`, `warning attestation-unserved`, `warning trust-stale`,
    ]);
    expect(annotations[2]).toContain(`unserved-1@npm:1.0.0 (and 1 more)`);
  });

  it(`it should write no more than GitHub shows`, () => {
    const packages = Array.from({length: 30}, (_, index) => makePackage(`a${index}`, {findings: [makeFinding(`signature-invalid`, `error`, {hint: `hint ${index}`})]}));
    expect(annotate(makeResult(packages))).toHaveLength(10);
  });

  it(`it should be one command a line, whatever a registry says`, () => {
    const [line, ...others] = annotate(makeResult([makePackage(`a`, {findings: [makeFinding(`signature-invalid`, `error`, {message: `100%0A::error::x\n::add-mask::y`})]})]));

    expect(others).toEqual([]);
    expect(line).not.toContain(`\n`);
    expect(line).toContain(`100%250A`);
  });
});
