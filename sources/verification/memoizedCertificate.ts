import {ASN1Obj, X509Certificate, crypto} from '@sigstore/core';

/**
 * A certificate that computes nothing twice. Looking for a path from a leaf to
 * a trusted root encodes, compares and verifies the same few certificates many
 * times, for each bundle again. A certificate does not change, so what follows
 * from its bytes and its issuer's does not either: the intermediates of the
 * trusted root are proven once per run.
 */
export class MemoizedCertificate extends X509Certificate {
  private readonly key = memoize(() => crypto.createPublicKey(this.publicKey));
  private readonly proofs = new WeakMap<X509Certificate, boolean>();

  static of({root}: X509Certificate): MemoizedCertificate {
    return new MemoizedCertificate(MemoizedObject.of(root));
  }

  override verify(issuer: X509Certificate = this): boolean {
    const known = this.proofs.get(issuer);
    if (typeof known !== `undefined`)
      return known;

    const key = issuer instanceof MemoizedCertificate ? issuer.key() : crypto.createPublicKey(issuer.publicKey);
    const holds = crypto.verify(this.tbsCertificate.toDER(), key, this.signatureValue, this.signatureAlgorithm);

    this.proofs.set(issuer, holds);
    return holds;
  }

  /** The list of extensions is the copy's own: what a certificate log has signed is the certificate without one of them. */
  override clone(): X509Certificate {
    const path = [this.root, this.tbsCertificate];
    const tagged = this.tbsCertificate.subs.find(({tag}) => tag.isContextSpecific(3));
    const list = tagged?.subs[0];

    if (tagged && list)
      path.push(tagged, list);

    const copy = path.reduceRight<ASN1Obj | null>((copied, object, index) => {
      return new ASN1Obj(object.tag, object.value, object.subs.map(sub => sub === path[index + 1] ? copied! : sub));
    }, null);

    return new X509Certificate(copy!);
  }
}

/** Keeps its encoding, which the library otherwise puts together anew, from all objects within it, whenever it is asked. */
class MemoizedObject extends ASN1Obj {
  private readonly der = memoize(() => this.encode());

  static of({tag, value, subs}: ASN1Obj): MemoizedObject {
    return new MemoizedObject(tag, value, subs.map(MemoizedObject.of));
  }

  override toDER() {
    return this.der();
  }

  /** As the library does, without its stream, which grows by copying. */
  private encode() {
    const content = this.subs.length > 0 ? this.subs.map(sub => sub.toDER()) : [this.value];
    const length = content.reduce((sum, {length}) => sum + length, 0);

    return Buffer.concat([Buffer.from([this.tag.toDER()]), encodeLength(length), ...content]);
  }
}

/** https://www.itu.int/rec/T-REC-X.690 8.1.3 */
function encodeLength(length: number): Buffer {
  if (length < 0x80)
    return Buffer.from([length]);

  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);

  const digits = bytes.subarray(bytes.findIndex(byte => byte !== 0));
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

function memoize<T>(compute: () => T): () => T {
  let computed: {value: T} | null = null;
  return () => (computed ??= {value: compute()}).value;
}
