import {expect, it, onTestFinished} from 'vitest';

import {startLab}                   from '../lab/lab';
import {addSamples}                 from '../lab/samples';
import {makeAuditProject}           from '../support/auditProject';

it(`should give whoever tries the lab by hand packages that pass, and one that is not signed`, async () => {
  const lab = await startLab();
  onTestFinished(() => lab.stop());

  const samples = addSamples(lab.registry);
  const project = await makeAuditProject(lab, {dependencies: Object.fromEntries(samples.map(({name, version}) => [name, version]))});
  onTestFinished(project.remove);

  const {packages} = await project.audit();
  const verdicts = Array.from(packages.values(), ({name, verdict}) => [name, verdict]);

  expect(Object.fromEntries(verdicts)).toEqual(Object.fromEntries(samples.map(({name}) => [name, name === `lab-unsigned` ? `failed` : `verified`])));
});
