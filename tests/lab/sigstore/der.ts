/**
 * A writer for the part of DER (X.690) that certificates and timestamps need.
 * Synchronous and small: a benchmark mints thousands of certificates.
 */
export function encode(tag: number, ...contents: Array<Buffer>): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), encodeLength(body.length), body]);
}

export const sequence = (...items: Array<Buffer>) => encode(0x30, ...items);
export const set = (...items: Array<Buffer>) => encode(0x31, ...items);
export const octetString = (value: Buffer) => encode(0x04, value);
export const utf8String = (value: string) => encode(0x0c, Buffer.from(value));
export const printableString = (value: string) => encode(0x13, Buffer.from(value));
export const boolean = (value: boolean) => encode(0x01, Buffer.from([value ? 0xff : 0x00]));

/** Context-specific tag; `constructed` when the contents are values of their own. */
export const context = (tag: number, contents: Buffer, constructed = true) => encode((constructed ? 0xa0 : 0x80) | tag, contents);

/** Unused bits are those at the end of the last byte. */
export const bitString = (value: Buffer, unusedBits = 0) => encode(0x03, Buffer.from([unusedBits]), value);

/** Big-endian, unsigned. */
export function integer(value: Buffer | number): Buffer {
  let bytes = typeof value === `number` ? fromNumber(value) : value;
  while (bytes.length > 1 && bytes[0] === 0 && bytes[1]! < 0x80)
    bytes = bytes.subarray(1);

  return encode(0x02, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function objectIdentifier(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split(`.`).map(Number);
  const bytes = [first * 40 + second];

  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let value = Math.floor(arc / 128); value > 0; value = Math.floor(value / 128))
      groups.unshift((value & 0x7f) | 0x80);

    bytes.push(...groups);
  }

  return encode(0x06, Buffer.from(bytes));
}

/** In whole seconds; UTCTime holds years up to 2049 only, as RFC 5280 wants it. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+Z$/, `Z`).replace(/[-:T]/g, ``);
  return date.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2)))
    : encode(0x18, Buffer.from(digits));
}

export function generalizedTime(date: Date): Buffer {
  return encode(0x18, Buffer.from(date.toISOString().replace(/\.\d+Z$/, `Z`).replace(/[-:T]/g, ``)));
}

function fromNumber(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, `hex`);
}

function encodeLength(length: number): Buffer {
  if (length < 128)
    return Buffer.from([length]);

  const bytes: Array<number> = [];
  for (let value = length; value > 0; value >>>= 8)
    bytes.unshift(value & 0xff);

  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
