/**
 * SHA-256 (FIPS 180-4) in JavaScript, for pages over plain http, which have no `crypto.subtle`: a second for 30 MB.
 *
 * @returns 32 bytes
 */
export function sha256ByHand(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(((bytes.length + 72) >>> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, bytes.length / 2 ** 29);
  view.setUint32(padded.length - 4, bytes.length << 3);
  const primes = primesUpTo(311);
  const rounds = primes.map((prime) => fraction(Math.cbrt(prime)));
  const state = Int32Array.from({ length: 8 }, (_, i) => fraction(Math.sqrt(primes[i])));
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [p, q] = [w[i - 15], w[i - 2]];
      const s0 = turned(p, 7) ^ turned(p, 18) ^ (p >>> 3);
      const s1 = turned(q, 17) ^ turned(q, 19) ^ (q >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
      const t2 = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, v] of [a, b, c, d, e, f, g, h].entries()) state[i] += v;
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (const [i, v] of state.entries()) digest.setInt32(4 * i, v);
  return new Uint8Array(digest.buffer);
}

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** The first 32 bits behind the point. */
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0;

// Made when asked for: most pages have `crypto.subtle`, and pay nothing for those that have not.
const primesUpTo = (last: number) =>
  Array.from({ length: last }, (_, i) => i + 1).filter(
    (n) => n > 1 && !Array.from({ length: 16 }, (_, i) => i + 2).some((d) => d < n && n % d === 0),
  );
