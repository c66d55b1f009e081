import type {Configuration} from '@yarnpkg/core';

import {settings}           from '../settings';

import type {LogEntry}      from './publishReport';

/** Where people can look an entry up: Sigstore's search page knows the public good log only. */
export function getLogEntry(logIndex: string | null, configuration: Configuration): LogEntry | null {
  if (logIndex === null)
    return null;

  const server = configuration.get(`npmSigstoreRekorServer`);
  const url = server === settings.npmSigstoreRekorServer!.default
    ? `https://search.sigstore.dev/?logIndex=${logIndex}`
    : `${server.replace(/\/+$/, ``)}/api/v1/log/entries?logIndex=${logIndex}`;

  return {logIndex, url};
}
