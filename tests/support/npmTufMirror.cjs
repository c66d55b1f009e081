// For `node --require`: lets npm's TUF client ask the mirror that the
// environment names. npm has no setting for it. What npm trusts at first comes
// from its TUF cache, which the tests seed.
'use strict';

const Module = require(`node:module`);

const load = Module._load;

Module._load = function (...args) {
  const loaded = load.apply(this, args);

  // The property is what marks @sigstore/tuf, in whichever folder npm keeps it.
  if (loaded !== null && typeof loaded === `object` && Object.hasOwn(loaded, `DEFAULT_MIRROR_URL`))
    loaded.DEFAULT_MIRROR_URL = process.env.LAB_TUF_MIRROR;

  return loaded;
};
