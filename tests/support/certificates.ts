import 'reflect-metadata';
import * as x509   from '@peculiar/x509';
import {webcrypto} from 'node:crypto';

const algorithm = {name: `ECDSA`, namedCurve: `P-256`, hash: `SHA-256`};

export type PemPair = {cert: string, key: string};

export type TestAuthority = {
  cert: string;
  /** A certificate for a host name, or for 127.0.0.1, for servers and clients alike. */
  issue: (host?: string) => Promise<PemPair>;
};

/** A certificate authority that nobody but the test trusts. */
export async function makeTestAuthority(): Promise<TestAuthority> {
  x509.cryptoProvider.set(webcrypto as any);

  const validity = {notBefore: new Date(Date.now() - 3600_000), notAfter: new Date(Date.now() + 3600_000)};

  const keys = await makeKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: `01`,
    name: `CN=Test authority`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });

  const issue = async (host?: string) => {
    const keys = await makeKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity,
      serialNumber: `02`,
      subject: `CN=${host ?? `127.0.0.1`}`,
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey: authorityKey,
      signingAlgorithm: algorithm,
      extensions: [new x509.SubjectAlternativeNameExtension([host ? {type: `dns`, value: host} : {type: `ip`, value: `127.0.0.1`}])],
    });

    return {cert: certificate.toString(`pem`), key: await exportKey(keys.privateKey)};
  };

  const authorityKey = keys.privateKey;
  return {cert: authority.toString(`pem`), issue};
}

async function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, [`sign`, `verify`]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey(`pkcs8`, key);
  return x509.PemConverter.encode(der, `PRIVATE KEY`);
}
