import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256ByHand } from '../src/sha256-by-hand.ts';

it('SHA-256 by hand is OpenSSL’s, for every length around a block and for a megabyte', () => {
  const bytes = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 7919) >> 3);
  for (const n of [...Array(131).keys(), 1_000_003]) {
    const part = bytes.subarray(0, n);
    expect(Buffer.from(sha256ByHand(part)).toString('hex'), `${n}`).toBe(
      createHash('sha256').update(part).digest('hex'),
    );
  }
});
