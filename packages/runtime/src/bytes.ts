import { arrayKind, ClicksegError, describe } from '@clickseg/raster';

/**
 * Refuses what is no model's bytes.
 * @throws ClicksegError `invalid-option`
 */
export function checkBytes(data: unknown): Uint8Array {
  if (arrayKind(data) === 'Uint8Array') return data as Uint8Array;
  const got = `${describe(data)}; give the file's bytes`;
  throw new ClicksegError('invalid-option', `model: data must be a Uint8Array or ArrayBuffer, got ${got}`);
}

/** @throws ClicksegError `invalid-option` for a digest that is none */
export function checkDigest(digest: string): void {
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/i.test(digest)) {
    throw new ClicksegError('invalid-option', `model: sha256 ${describe(digest)} is not 64 hex digits`);
  }
}
