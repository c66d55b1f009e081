import {ensureBundle} from './bundle';

/** Runs once before the acceptance tests. */
export async function setup() {
  await ensureBundle();
}
