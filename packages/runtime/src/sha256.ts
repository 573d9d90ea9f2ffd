import { ClicksegError } from '@clickseg/raster';
import { checkBytes, checkDigest } from './bytes.ts';
import { refuseModel } from './refuse-model.ts';

/**
 * SHA-256 of bytes as 64 lower-case hex digits.
 * @throws ClicksegError `invalid-option` for what is no `Uint8Array`, `backend-failed` where the platform cannot compute it
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  checkBytes(bytes);
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    const why = 'this page has no crypto.subtle (it is served over plain http?)';
    throw new ClicksegError('backend-failed', `model: cannot check its SHA-256: ${why}`);
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
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
