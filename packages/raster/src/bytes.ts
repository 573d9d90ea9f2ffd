import { denseStride, type NumericArray, type Raster, sizeOf } from './raster.ts';
import { scratchBytes } from './scratch.ts';

/**
 * A mask as bytes and three axes, whatever its type and dimension were: kernels that see one array
 * type stay fast after somebody has called them with another.
 */
export interface MaskBytes {
  readonly data: Uint8Array;
  readonly at: number;
  /** `[depth, height, width]`; depth 1 for a slice. */
  readonly shape: readonly [number, number, number];
  readonly stride: readonly [number, number, number];
}

/** Views 1-byte masks as they lie; others are read once into working memory as 0/1. The mask is already checked. */
export function maskBytes(mask: Raster): MaskBytes {
  const { data, shape, offset = 0 } = mask;
  const steps = mask.stride ?? denseStride(shape);
  const lead = 3 - shape.length;
  const size = [1, ...shape].slice(1 - lead) as [number, number, number];
  const stride = [0, ...steps].slice(1 - lead) as [number, number, number];
  if (data.BYTES_PER_ELEMENT === 1) {
    const view =
      data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { data: view, at: offset, shape: size, stride };
  }
  const [depth, height, width] = size;
  const copy = scratchBytes(sizeOf(shape));
  for (let z = 0, to = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, to += width) {
      copyRow(data, offset + z * stride[0] + y * stride[1], stride[2], copy, to, width);
    }
  }
  return { data: copy, at: 0, shape: size, stride: [height * width, width, 1] };
}

function copyRow(from: NumericArray, at: number, step: number, to: Uint8Array, start: number, n: number) {
  for (let x = 0; x < n; x++, at += step) to[start + x] = from[at] !== 0 ? 1 : 0;
}
