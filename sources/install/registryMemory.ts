import type {InstalledPackage} from '../inventory/installedPackage';
import type {Row}              from '../verifyRow';

/**
 * Spares an installation the requests for packages of a registry that offers
 * no evidence: the first package of each scope finds that out, and the others
 * wait for it. Scopes do not speak for each other, because the private ones of
 * a mirror have no evidence while the rest has; nor does one package speak for
 * another that the project or the registry says more about.
 */
export function makeRegistryMemory(verify: (pkg: InstalledPackage) => Promise<Row>, {isSparable}: {isSparable: (pkg: InstalledPackage) => boolean}) {
  const probes = new Map<string, Promise<Row>>();

  return {
    verify: async (pkg: InstalledPackage): Promise<Row> => {
      if (pkg.source.type !== `npm` || !isSparable(pkg))
        return verify(pkg);

      const key = JSON.stringify([pkg.source.registry, pkg.locator.scope]);
      const probe = probes.get(key);

      if (typeof probe === `undefined`) {
        const row = verify(pkg);
        probes.set(key, row);
        return row;
      }

      const known = await probe.catch(() => null);
      return known !== null && known.type === `npm` && offersNothing(known)
        ? {...known, pkg, tarball: null}
        : verify(pkg);
    },
  };
}

function offersNothing({keys, tarball, verification: {signature, attestations}}: Extract<Row, {type: `npm`}>): boolean {
  return keys.kind === `none` && tarball !== null && signature.status === `absent` && attestations === `not-advertised`;
}
