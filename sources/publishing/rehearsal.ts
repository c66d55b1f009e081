import {miscUtils}       from '@yarnpkg/core';
import type {Workspace}  from '@yarnpkg/core';
import {npmPublishUtils} from '@yarnpkg/plugin-npm';
import {packUtils}       from '@yarnpkg/plugin-pack';

import {isUploadBody}    from './publishDocument';
import type {UploadBody} from './publishDocument';

type RehearsalOptions = {
  registry: string;
  access: string | undefined;
  tag: string;
};

/** What Yarn would upload if this were no dry run: packing is reproducible, so that its tarball is the same. */
export async function rehearseUpload(workspace: Workspace, {registry, access, tag}: RehearsalOptions): Promise<UploadBody> {
  const files = await packUtils.genPackList(workspace);
  const tarball = await miscUtils.bufferStream(await packUtils.genPackStream(workspace, files));

  const body: unknown = await npmPublishUtils.makePublishBody(workspace, tarball, {registry, access, tag, provenance: false});
  if (!isUploadBody(body))
    throw new Error(`Assertion failed: Expected an upload`);

  return body;
}
