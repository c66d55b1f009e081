import {createHash} from 'node:crypto';

/** An append-only Merkle tree. https://www.rfc-editor.org/rfc/rfc6962#section-2.1 */
export class MerkleTree {
  private readonly leaves: Array<Buffer> = [];

  /** Hashes of full subtrees: the only ones that larger trees ask for again. */
  private readonly fullSubtrees = new Map<string, Buffer>();

  get size() {
    return this.leaves.length;
  }

  /** @returns the index of the new leaf */
  append(leaf: Buffer): number {
    return this.leaves.push(hashLeaf(leaf)) - 1;
  }

  getRoot(size = this.size): Buffer {
    return this.hashRange(0, size);
  }

  /** The audit path of one leaf, from the leaf's level up. */
  getInclusionProof(index: number, size = this.size): Array<Buffer> {
    const walk = (start: number, length: number): Array<Buffer> => {
      if (length === 1)
        return [];

      const left = splitPoint(length);
      return index < start + left
        ? [...walk(start, left), this.hashRange(start + left, length - left)]
        : [...walk(start + left, length - left), this.hashRange(start, left)];
    };

    return walk(0, size);
  }

  private hashRange(start: number, length: number): Buffer {
    if (length === 0)
      return createHash(`sha256`).digest();

    if (length === 1)
      return this.leaves[start]!;

    const key = `${start}+${length}`;
    const known = this.fullSubtrees.get(key);
    if (known)
      return known;

    const left = splitPoint(length);
    const hash = hashNode(this.hashRange(start, left), this.hashRange(start + left, length - left));

    if (left * 2 === length)
      this.fullSubtrees.set(key, hash);

    return hash;
  }
}

export const hashLeaf = (leaf: Buffer) => createHash(`sha256`).update(Buffer.from([0])).update(leaf).digest();
const hashNode = (left: Buffer, right: Buffer) => createHash(`sha256`).update(Buffer.from([1])).update(left).update(right).digest();

/** The largest power of two that is smaller than `length`. */
function splitPoint(length: number): number {
  let point = 1;
  while (point * 2 < length)
    point *= 2;

  return point;
}
