import type {PinChange} from '../auditResult';

/** What was pinned, one line each: a replaced identity with the new one below it. */
export function describePins(changes: ReadonlyArray<PinChange>): Array<string> {
  if (changes.length === 0)
    return [`Pinned identities: nothing to add`];

  return [
    `Pinned identities, to be reviewed and committed:`,
    ...changes.flatMap(({name, pin, replaced}) => replaced === null
      ? [`  + ${name} ${describePin(pin)}`]
      : [`  - ${name} ${describePin(replaced)}`, `  + ${name} ${describePin(pin)}`]),
  ];
}

function describePin({range, sourceRepository, sourceRepositoryId, workflow, issuer, refClass}: PinChange[`pin`]): string {
  const identity = [sourceRepository, sourceRepositoryId && `id ${sourceRepositoryId}`, workflow, issuer, refClass];
  return `${range}: ${identity.filter(part => part).join(`, `)}`;
}
