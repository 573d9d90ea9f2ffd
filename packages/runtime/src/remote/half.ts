import { arrayKind, ClicksegError, describe } from '@clickseg/raster';

/**
 * IEEE 754 half precision as the protocol's FP16 has it. JavaScript's own `Float16Array` is too young to
 * be relied on in browsers and absent from Node 20.
 */

/**
 * Rounds to the nearest half, ties to even; beyond 65,520 to infinity. NaN stays NaN.
 * @returns the halves' bits, as many as `values`
 * @throws ClicksegError `invalid-array` for what is no `Float32Array`
 */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  checkKind(values, 'Float32Array', 'toHalf');
  const halves = new Uint16Array(values.length);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < values.length; i++) {
    float[0] = values[i];
    const sign = (bits[0] >>> 16) & 0x8000;
    const size = bits[0] & 0x7fffffff;
    if (size >= 0x47800000) {
      // From 2^16 on: infinity, or a quiet NaN with what fits of its payload, as hardware has it.
      halves[i] = sign | 0x7c00 | (size > 0x7f800000 ? 0x200 | ((size >>> 13) & 0x3ff) : 0);
    } else if (size < 0x38800000) {
      // Below 2^-14 halves are subnormal: adding 0.5 lets the float unit round at their last bit.
      bits[0] = size;
      float[0] += 0.5;
      halves[i] = sign | (bits[0] - 0x3f000000);
    } else {
      halves[i] = sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
    }
  }
  return halves;
}

/**
 * Widens halves; every one of the 65,536 has an exact float.
 * @param halves - their bits
 * @throws ClicksegError `invalid-array` for what is no `Uint16Array`
 */
export function fromHalf(halves: Uint16Array): Float32Array<ArrayBuffer> {
  checkKind(halves, 'Uint16Array', 'fromHalf');
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 31;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      values[i] = fraction * 2 ** -24;
      bits[i] |= sign;
    } else {
      bits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
    }
  }
  return values;
}

function checkKind(data: unknown, kind: string, what: string): void {
  if (arrayKind(data) === kind) return;
  throw new ClicksegError('invalid-array', `${what}: expected a ${kind}, got ${describe(data)}`);
}
