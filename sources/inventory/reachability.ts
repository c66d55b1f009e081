import {miscUtils, structUtils}    from '@yarnpkg/core';
import type {LocatorHash, Project} from '@yarnpkg/core';

/** How a workspace reaches a package: bits, because one package is often reached in several ways. */
export const Reach = {
  Production: 1,
  Development: 2,
  DirectProduction: 4,
  DirectDevelopment: 8,
} as const;

/** One set of `Reach` bits for each workspace, in the order of `project.workspaces`. */
export type ReachByWorkspace = Uint8Array;

type Node = {
  /** Of the lockfile's locator: all virtual instances of a package share it. */
  locatorHash: LocatorHash;
  dependencies: Array<Node>;
  /** Only workspaces have them. */
  devDependencies: Array<Node>;
};

/**
 * Finds out which workspaces reach which lockfile entries, for all of them and
 * not just the first one to get there, in a tree that has been resolved.
 *
 * Peer dependencies lead to what provides them. The development dependencies of
 * a workspace that another one depends on are development to both.
 */
export function getReachability(project: Project): Map<LocatorHash, ReachByWorkspace> {
  const nodes = makeNodes(project);
  const reachability = new Map<LocatorHash, ReachByWorkspace>();

  const mark = (node: Node, workspaceIndex: number, bits: number) => {
    const reach = miscUtils.getFactoryWithDefault(reachability, node.locatorHash, () => new Uint8Array(project.workspaces.length));
    reach[workspaceIndex]! |= bits;
  };

  for (const [index, workspace] of project.workspaces.entries()) {
    const root = nodes.get(workspace.anchoredLocator.locatorHash)!;

    for (const node of root.dependencies)
      mark(node, index, Reach.DirectProduction);
    for (const node of root.devDependencies)
      mark(node, index, Reach.DirectDevelopment);

    for (const [node, bits] of walk(root)) {
      mark(node, index, bits);
    }
  }

  return reachability;
}

/** All that a workspace reaches. A node is visited again only when it is reached in a new way: twice at most. */
function walk(root: Node): Map<Node, number> {
  const reached = new Map<Node, number>();
  const queue: Array<[node: Node, bits: number]> = [];

  const visitAll = (targets: Array<Node>, bits: number) => {
    for (const target of targets) {
      const known = reached.get(target) ?? 0;
      const added = bits & ~known;

      if (added !== 0) {
        reached.set(target, known | added);
        queue.push([target, added]);
      }
    }
  };

  visitAll(root.dependencies, Reach.Production);
  visitAll(root.devDependencies, Reach.Development);

  for (let next = queue.pop(); next; next = queue.pop()) {
    const [node, bits] = next;
    visitAll(node.dependencies, bits);
    visitAll(node.devDependencies, Reach.Development);
  }

  return reached;
}

function makeNodes(project: Project): Map<LocatorHash, Node> {
  const nodes = new Map<LocatorHash, Node>();
  for (const pkg of project.storedPackages.values()) {
    const {locatorHash} = structUtils.ensureDevirtualizedLocator(pkg);
    nodes.set(pkg.locatorHash, {locatorHash, dependencies: [], devDependencies: []});
  }

  for (const pkg of project.storedPackages.values()) {
    const node = nodes.get(pkg.locatorHash)!;
    const manifest = project.tryWorkspaceByLocator(pkg)?.manifest;

    for (const descriptor of pkg.dependencies.values()) {
      const target = nodes.get(project.storedResolutions.get(descriptor.descriptorHash)!);
      if (!target)
        throw new Error(`Assertion failed: The resolution of ${structUtils.stringifyDescriptor(descriptor)} should have been registered`);

      const isDevelopment = manifest?.devDependencies.has(descriptor.identHash) ?? false;
      // A workspace that is another one's dependency gets its peers from there,
      // whatever it has for its own development.
      const isProvidedPeer = structUtils.isVirtualLocator(pkg) && pkg.peerDependencies.has(descriptor.identHash);

      if (!isDevelopment || isProvidedPeer || manifest?.dependencies.has(descriptor.identHash))
        node.dependencies.push(target);
      if (isDevelopment) {
        node.devDependencies.push(target);
      }
    }
  }

  return nodes;
}
