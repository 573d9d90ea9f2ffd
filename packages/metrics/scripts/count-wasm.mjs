// Writes src/count-wasm.ts: the WebAssembly that counts non-zero bytes, put together by hand because it
// is forty instructions long. Run `node scripts/count-wasm.mjs` after changing it.
//
// In WAT (n is a multiple of 16; list a lies at 0, list b at 65536, the sums go to 131072):
//
//   (memory (export "memory") 3)
//   (func (export "count") (param $n i32)
//     (local $i i32) (local $end i32)
//     (local $a v128) (local $b v128)              ;; 255 where the byte is not zero
//     (local $pa v128) (local $pb v128) (local $pc v128)   ;; counters of 8 bits
//     (local $sa v128) (local $sb v128) (local $sc v128)   ;; counters of 32 bits
//     block loop                                   ;; stretches that 8 bits can count
//       br_if 1 (i >= n)
//       end = min(n, i + 255 * 16); pa = pb = pc = 0
//       loop
//         a = load(i) != 0; b = load(i + 65536) != 0
//         pa -= a; pb -= b; pc -= a & b
//         i += 16; br_if 0 (i < end)
//       end
//       sa += widen(pa); sb += widen(pb); sc += widen(pc)
//       br 0
//     end end
//     store sa, sb, sc)
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const leb = (n) => {
  const out = [];
  do {
    const byte = n & 127;
    n >>>= 7;
    out.push(n ? byte | 128 : byte);
  } while (n);
  return out;
};
const sleb = (n) => {
  const out = [];
  for (;;) {
    const byte = n & 127;
    n >>= 7;
    if ((n === 0 && !(byte & 64)) || (n === -1 && byte & 64)) return [...out, byte];
    out.push(byte | 128);
  }
};
const simd = (op) => [0xfd, ...leb(op)];
const get = (i) => [0x20, i];
const set = (i) => [0x21, i];
const i32 = (n) => [0x41, ...sleb(n)];
const zero = [...simd(12), ...new Array(16).fill(0)];
const load = (offset) => [...simd(0), 0, ...leb(offset)];
const store = (offset) => [...simd(11), 0, ...leb(offset)];
const [NE8, AND, SUB8, ADD32] = [0x24, 0x4e, 0x71, 0xae].map(simd);
const WIDEN = [...simd(0x7d), ...simd(0x7f)]; // extadd_pairwise_i8x16_u, then _i16x8_u
const [n, i, end, a, b, pa, pb, pc, sa, sb, sc] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const subtract = (sum, value) => [...get(sum), ...value, ...SUB8, ...set(sum)];
const widen = (sum, part) => [...get(sum), ...get(part), ...WIDEN, ...ADD32, ...set(sum)];
const nonZero = (offset, to) => [...get(i), ...load(offset), ...zero, ...NE8, ...set(to)];
const body = [
  ...[0x02, 0x40, 0x03, 0x40], // block loop
  ...[...get(i), ...get(n), 0x4f, 0x0d, 1], // br_if 1 (i >= n)
  ...[...get(n), ...get(i), ...i32(255 * 16), 0x6a], // n, i + 4080
  ...[...get(n), ...get(i), ...i32(255 * 16), 0x6a, 0x49, 0x1b, ...set(end)], // select(n, ..., n < ...)
  ...[pa, pb, pc].flatMap((p) => [...zero, ...set(p)]),
  ...[0x03, 0x40], // loop
  ...[...nonZero(0, a), ...nonZero(65536, b)],
  ...[...subtract(pa, get(a)), ...subtract(pb, get(b)), ...subtract(pc, [...get(a), ...get(b), ...AND])],
  ...[...get(i), ...i32(16), 0x6a, 0x22, i, ...get(end), 0x49, 0x0d, 0], // br_if 0 ((i += 16) < end)
  0x0b,
  ...[...widen(sa, pa), ...widen(sb, pb), ...widen(sc, pc)],
  ...[0x0c, 0, 0x0b, 0x0b], // br 0, end, end
  ...[sa, sb, sc].flatMap((s, k) => [...i32(131072), ...get(s), ...store(16 * k)]),
  0x0b,
];
const code = [2, 2, 0x7f, 8, 0x7b, ...body]; // locals: two i32, eight v128
const text = (s) => [s.length, ...Buffer.from(s)];
const section = (id, content) => [id, ...leb(content.length), ...content];
const bytes = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 1, 0x7f, 0]), // (i32) -> ()
  ...section(3, [1, 0]),
  ...section(5, [1, 0, 3]), // three pages
  ...section(7, [2, ...text('memory'), 2, 0, ...text('count'), 0, 0]),
  ...section(10, [1, ...leb(code.length), ...code]),
]);
new WebAssembly.Module(bytes);
writeFileSync(
  fileURLToPath(new URL('../src/count-wasm.ts', import.meta.url)),
  `/** ${bytes.length} bytes of WebAssembly that count non-zero bytes; written by scripts/count-wasm.mjs. */
export const COUNT_WASM =
  '${Buffer.from(bytes).toString('base64')}';
`,
);
