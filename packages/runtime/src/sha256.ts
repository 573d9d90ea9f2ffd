import { checkBytes, checkDigest } from './bytes.ts';
import { refuseModel } from './refuse-model.ts';
import { sha256ByHand } from './sha256-by-hand.ts';

/**
 * SHA-256 of bytes as 64 lower-case hex digits; computed here where the platform has none, as over plain http.
 * @throws ClicksegError `invalid-option` for what is no `Uint8Array`
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  checkBytes(bytes);
  const { subtle } = globalThis.crypto ?? {};
  const digest = subtle
    ? new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
    : sha256ByHand(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Checks bytes against the digest they should have.
 * @throws ClicksegError `invalid-option` for a digest that is none, `invalid-model` where it differs
 */
export async function checkSha256(bytes: Uint8Array, expected: string): Promise<void> {
  checkDigest(expected);
  const found = await sha256(bytes);
  if (found !== expected.toLowerCase()) {
    refuseModel(`the SHA-256 of its ${bytes.length} bytes is ${found}, expected ${expected.toLowerCase()}`);
  }
}
