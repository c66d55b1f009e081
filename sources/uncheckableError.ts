import {ReportError, type MessageName} from '@yarnpkg/core';

import type {Observation}              from './findings';

/** Nothing can be said about any package: what that takes could not be had. */
export class UncheckableError extends ReportError {
  /** @param observations what was found out nevertheless */
  constructor(code: MessageName, message: string, readonly observations: ReadonlyArray<Observation> = []) {
    super(code, message);
  }
}
