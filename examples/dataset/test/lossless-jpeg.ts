/**
 * A lossless JPEG whose predictor is the pixel to the left (ITU-T T.81 Annex H, selection value 1), as most scanners write it:
 * each difference as its number of bits, in a code of five, and these bits.
 */
export function losslessJpeg(values: readonly number[], columns: number, precision: number): Uint8Array {
  const two = (n: number) => [n >> 8, n & 255];
  const sizes = Array.from({ length: 17 }, (_, n) => n);
  const lengths = Array.from({ length: 16 }, (_, i) => (i === 4 ? sizes.length : 0));
  let bits = '';
  values.forEach((value, i) => {
    // The first row from the left, the first column from above, the first pixel from the middle of the range.
    const from = i % columns > 0 ? i - 1 : i - columns;
    const difference = value - (values[from] ?? 2 ** (precision - 1));
    const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
    const low = difference > 0 ? difference : difference + 2 ** size - 1;
    bits += size.toString(2).padStart(5, '0') + (size > 0 ? low.toString(2).padStart(size, '0') : '');
  });
  const bytes = (bits.padEnd(8 * Math.ceil(bits.length / 8), '1').match(/.{8}/g) ?? []).map((byte) =>
    Number.parseInt(byte, 2),
  );
  const rows = values.length / columns;
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...[0xff, 0xc4, ...two(2 + 1 + 16 + sizes.length), 0, ...lengths, ...sizes],
    ...[0xff, 0xc3, ...two(11), precision, ...two(rows), ...two(columns), 1, 1, 0x11, 0],
    ...[0xff, 0xda, ...two(8), 1, 1, 0, 1, 0, 0],
    // Among the bits 0xff is followed by a 0, which makes it no marker.
    ...bytes.flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte])),
    ...[0xff, 0xd9],
  ]);
}
