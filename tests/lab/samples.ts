import type {LabPackage, LabRegistry} from './registry';

/** A few packages of every honest kind, one of them unsigned: enough to try the audit by hand. */
export function addSamples(registry: LabRegistry): Array<LabPackage> {
  const repository = {type: `git`, url: `git+https://github.com/acme/widgets.git`};

  return [
    registry.add({name: `lab-signed`, version: `1.0.0`}),
    registry.add({name: `lab-signed`, version: `1.1.0`, manifest: {dependencies: {'lab-leaf': `^1.0.0`}}}),
    registry.add({name: `lab-leaf`, version: `1.0.0`}),
    registry.add({name: `@lab/github`, version: `1.0.0`, manifest: {repository}, provenance: true}),
    registry.add({name: `@lab/github-old`, version: `1.0.0`, manifest: {repository}, time: new Date(`2022-12-01T00:00:00Z`), provenance: {
      kind: `github-v0.2`,
      bundleVersion: `0.1`,
      onlyExtensions: [1, 2, 3, 4, 5, 6],
    }}),
    registry.add({name: `@lab/gitlab`, version: `1.0.0`, manifest: {repository: `gitlab:acme/gadgets`}, provenance: {kind: `gitlab`}}),
    registry.add({name: `@lab/rekor-v2`, version: `1.0.0`, manifest: {repository}, provenance: {log: `dsse-v2`}}),
    registry.add({name: `lab-unsigned`, version: `1.0.0`, signedBy: []}),
  ];
}
