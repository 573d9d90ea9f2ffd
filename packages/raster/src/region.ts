import { byteBox } from './box.ts';
import { type MaskBytes, maskBytes } from './bytes.ts';
import { ClicksegError } from './errors.ts';
import { describe, type Raster } from './raster.ts';

/** What lies outside the image: `'ignore'` = nothing is known of it, `'background'` = it is background. */
export type Border = 'ignore' | 'background';

/** The part of a mask that a field has to visit. */
export interface Region {
  readonly data: Uint8Array;
  /** Where the box begins in `data`, and its strides there. */
  readonly at: number;
  readonly stride: readonly [number, number, number];
  /** The box: `[depth, height, width]`. */
  readonly shape: readonly [number, number, number];
  /** Where the box begins in the dense result, and the result's strides. */
  readonly to: number;
  readonly toStride: readonly [number, number, number];
  /** Whether background lies just before and just after the box along each axis. */
  readonly before: readonly [boolean, boolean, boolean];
  readonly after: readonly [boolean, boolean, boolean];
}

/**
 * The mask cropped to its box; `'empty'` without a pixel inside, `'full'` without any background to measure to.
 *
 * Cropping is exact: every distance here grows with |dx| and with |dy|, so a background pixel beyond
 * the ring around the box is never nearer than its projection onto that ring.
 */
export function regionOf(mask: Raster, border: Border): Region | 'empty' | 'full' {
  const bytes = maskBytes(mask);
  const box = byteBox(bytes);
  if (box === undefined) return 'empty';
  const [z0, y0, x0, z1, y1, x1] = box;
  const [depth, height, width] = bytes.shape;
  const framed = border === 'background';
  // A slice has no neighbours in z, whatever the border.
  const thick = mask.shape.length === 3;
  const before = [thick && (framed || z0 > 0), framed || y0 > 0, framed || x0 > 0] as const;
  const after = [thick && (framed || z1 < depth), framed || y1 < height, framed || x1 < width] as const;
  if (![...before, ...after].includes(true) && isFull(bytes)) return 'full';
  const { data, at, stride } = bytes;
  return {
    data,
    at: at + z0 * stride[0] + y0 * stride[1] + x0 * stride[2],
    stride,
    shape: [z1 - z0, y1 - y0, x1 - x0],
    to: (z0 * height + y0) * width + x0,
    toStride: [height * width, width, 1],
    before,
    after,
  };
}

/** @throws ClicksegError `invalid-option` */
export function checkBorder(border: Border, what: string): void {
  if (border !== 'ignore' && border !== 'background') {
    throw new ClicksegError(
      'invalid-option',
      `${what}: border ${describe(border)} is not 'ignore' or 'background'`,
    );
  }
}

function isFull({ data, at, shape, stride }: MaskBytes): boolean {
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      let i = at + z * stride[0] + y * stride[1];
      for (let x = 0; x < shape[2]; x++, i += stride[2]) if (data[i] === 0) return false;
    }
  }
  return true;
}
