import {
  ClicksegError,
  checkOptions,
  checkRaster,
  contiguous,
  copyOf,
  type DenseRaster,
  denseStride,
  describe,
  type NumericArray,
  type Raster,
  sharesMemory,
  sizeOf,
} from '@clickseg/raster';
import { checkOut, denseOf } from './output.ts';

/** Options of {@link stackInput}. */
export interface StackOptions {
  /** Memory to write into, 3 * pixels long; overwritten. Default: new memory. */
  readonly out?: Float32Array;
}

/**
 * The network's input (Fig. 2 of the paper): image, foreground map, background map, as one batch of one.
 *
 * Nothing is scaled here: the image should be at zero mean and unit deviation already.
 *
 * @param image - `[height, width]` or `[depth, height, width]`, any typed array, strided views too
 * @param guidance - `[2, ...image.shape]`, from `renderGuidance` or a `Guidance`'s `maps`
 * @returns `[1, 3, ...image.shape]`, Float32, C order: what `new Tensor('float32', data, shape)` takes
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `shape-mismatch`, or `not-finite` where the
 *   image or a map holds NaN, an infinity or more than float32 can, which a network would turn into NaN without a word
 */
export function stackInput(
  image: Raster,
  guidance: Raster,
  options: StackOptions = {},
): DenseRaster<Float32Array> {
  const what = 'stackInput';
  checkRaster(image, `${what}: image`);
  const maps = [0, 1].map((channel) => channelView(guidance, image.shape, channel, `${what}: guidance`));
  const size = sizeOf(image.shape);
  const { out = new Float32Array(3 * size) } = checkOptions(options, what);
  checkOut(out, 3 * size, 'float32', what);
  const parts = [image, ...maps].map((view) => {
    const { data } = contiguous(view, what);
    return sharesMemory(data, out) ? copyOf(data) : data;
  });
  // All of them first, so that lent memory stays as it was when one is refused.
  ['image', 'foreground', 'background'].forEach((name, i) => {
    checkFinite(parts[i], `${what}: ${name}`);
  });
  parts.forEach((data, i) => {
    out.set(data, i * size);
  });
  return denseOf(out, [1, 3, ...image.shape]);
}

/** One channel of `[2, ...shape]` as a view that has the image's axes, which raster's checks know. */
function channelView(guidance: Raster, shape: readonly number[], channel: number, what: string): Raster {
  const whole = [2, ...shape];
  if (guidance?.shape?.length !== whole.length || whole.some((n, i) => n !== guidance.shape[i])) {
    const got = describe(guidance?.shape ?? guidance);
    throw new ClicksegError('shape-mismatch', `${what}: ${got} is not [${whole}]`);
  }
  // Dense maps fill their shape: `[1, 3, h, w]` handed over as `[2, h, w]` would be read from its image on.
  if (guidance.stride === undefined && guidance.offset === undefined) checkRaster(guidance, what);
  const { data, stride = denseStride(whole), offset = 0 } = guidance;
  // Text would slice too: what is no list is handed on as it is, with the first channel, to be refused by name.
  const listed = Array.isArray(stride) || ArrayBuffer.isView(stride);
  const view = {
    data,
    shape,
    stride: listed ? Array.from(stride).slice(1) : stride,
    offset: channel ? offset + stride[0] : offset,
  };
  checkRaster(view, what);
  return view;
}

function checkFinite(data: NumericArray, what: string): void {
  let sum = 0;
  // Zero for every value that float32 can hold, NaN from the first other one on: no branch a pixel.
  for (let i = 0; i < data.length; i++) sum += Math.fround(data[i]) * 0;
  if (sum === 0) return;
  const at = data.findIndex((v) => Math.fround(v) * 0 !== 0);
  throw new ClicksegError('not-finite', `${what}: ${data[at]} at element ${at}`);
}
