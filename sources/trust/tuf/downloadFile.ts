import {redactUrl}                     from '../../network/redactUrl';
import {NetworkFault, type HttpClient} from '../../network/types';

import type {ReadFile}                 from './metadataWalk';
import {RepositoryFault}               from './repositoryErrors';

/** The embedded trust is a good answer too, so nobody should wait long for a better one. In milliseconds, for each attempt. */
const TIMEOUT = 5000;

/** Reads the files of a repository from its mirror. */
export function makeDownload(http: HttpClient, mirror: string): ReadFile {
  return async ({path, maxBytes}) => {
    const url = `${mirror}/${encodeURI(path)}`;

    const response = await http.request({url, maxBytes, timeout: TIMEOUT, retries: 1}).catch((error: unknown) => {
      if (error instanceof NetworkFault)
        throw new RepositoryFault(error.message, {cause: error});
      throw error;
    });

    if (response.status === 200)
      return response.body;

    // Object stores that must not list their content answer 403 for what they do not have.
    if (response.status === 404 || response.status === 403)
      return null;

    throw new RepositoryFault(`${redactUrl(new URL(url))} answered HTTP ${response.status}`);
  };
}
