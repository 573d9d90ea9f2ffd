import {
  arrayKind,
  ClicksegError,
  checkRaster,
  denseStride,
  isDense,
  type NumericArray,
  type Raster,
  sizeOf,
} from '@clickseg/raster';

/** A mask as every kernel here reads it: one byte a pixel, dense C order, any non-zero byte inside. */
export interface ByteMask {
  readonly bytes: Uint8Array;
  readonly shape: readonly number[];
}

/**
 * The pixels of any mask as dense bytes. Dense 8-bit masks are viewed, not copied; everything else
 * is copied once, one byte a pixel, so that the kernels meet a single array type.
 *
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `too-large`, or `not-finite` for a NaN pixel
 */
export function byteMask(view: Raster, what: string): ByteMask {
  checkRaster(view, what);
  const { data, shape } = view;
  const size = sizeOf(shape);
  const offset = view.offset ?? 0;
  if (isBytes(view)) {
    // Int8 and clamped bytes are the same bytes: a view spares the copy.
    return { bytes: new Uint8Array(data.buffer, data.byteOffset + offset, size), shape };
  }
  const bytes = new Uint8Array(size);
  copyNonZero(view, bytes, what);
  return { bytes, shape };
}

/** Bytes of the copy that {@link byteMask} makes of a checked raster. */
export function copyBytes(view: Raster): number {
  return isBytes(view) ? 0 : sizeOf(view.shape);
}

const isBytes = (view: Raster): boolean => view.data.BYTES_PER_ELEMENT === 1 && isDense(view);

function copyNonZero(view: Raster, bytes: Uint8Array, what: string): void {
  const { data, shape, offset = 0 } = view;
  const [depth, height, width] = volumeShape(shape);
  const [dz, dy, dx] = view.stride ? volumeStride(view.stride) : [height * width, width, 1];
  const float = arrayKind(data)?.startsWith('Float');
  for (let z = 0, out = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const from = offset + z * dz + y * dy;
      if (float) copyFloats(data, from, dx, bytes, out, width, what);
      else for (let x = 0, at = from; x < width; x++, at += dx) bytes[out + x] = data[at] !== 0 ? 1 : 0;
      out += width;
    }
  }
}

// A NaN is neither inside nor outside; taking it for either would hide a broken prediction.
function copyFloats(
  data: NumericArray,
  from: number,
  step: number,
  bytes: Uint8Array,
  out: number,
  width: number,
  what: string,
): void {
  for (let x = 0, at = from; x < width; x++, at += step) {
    const v = data[at];
    if (Number.isNaN(v)) throw new ClicksegError('not-finite', `${what}: element ${at} is NaN`);
    bytes[out + x] = v !== 0 ? 1 : 0;
  }
}

/** `[depth, height, width]` of a shape; a slice is one deep. */
export function volumeShape(shape: readonly number[]): [number, number, number] {
  return shape.length === 3 ? [shape[0], shape[1], shape[2]] : [1, shape[0], shape[1]];
}

/** Strides of a volume, C order where it names none. */
export function volumeStrides(volume: Raster): readonly number[] {
  return volume.stride ?? denseStride(volume.shape);
}

function volumeStride(stride: readonly number[]): [number, number, number] {
  return stride.length === 3 ? [stride[0], stride[1], stride[2]] : [0, stride[0], stride[1]];
}
