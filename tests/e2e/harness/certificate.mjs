// TLS certificates of the tests' own, made by openssl.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes NAME.crt and NAME.key into `folder`: self-signed, for localhost and 127.0.0.1. */
export function makeCertificate(folder, name) {
  const certificate = join(folder, `${name}.crt`);
  const key = join(folder, `${name}.key`);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: ['ignore', 'ignore', 'pipe'] });
  return { certificate, key, pem: readFileSync(certificate, 'utf8') };
}
