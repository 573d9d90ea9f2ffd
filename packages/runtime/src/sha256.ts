import { ClicksegError } from '@clickseg/raster';
import { checkBytes, checkDigest } from './bytes.ts';
import { refuseModel } from './refuse-model.ts';

/**
 * The platform's digests, for those who must know first whether there are any.
 * @throws ClicksegError `backend-failed` where there are none
 */
export function checkSubtle(): SubtleCrypto {
  const subtle = globalThis.crypto?.subtle;
  if (subtle) return subtle;
  throw new ClicksegError('backend-failed', 'model: no crypto.subtle for its SHA-256 (plain http?)');
}

/**
 * SHA-256 of bytes as 64 lower-case hex digits.
 * @throws ClicksegError `invalid-option` for what is no `Uint8Array`, `backend-failed` where the platform cannot compute it
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  checkBytes(bytes);
  const digest = new Uint8Array(await checkSubtle().digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
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
