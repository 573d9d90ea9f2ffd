import {
  axisSpacing,
  ClicksegError,
  checkOptions,
  checkRaster,
  denseStride,
  describe,
  type Raster,
  type Spacing,
} from '@clickseg/raster';
import { type GridMapping, gridMapping } from './grid.ts';
import type { CurveKnot, ModelMetadata } from './metadata.ts';
import { createResampler, plane } from './resample.ts';

/** What {@link prepareImage} needs besides the image. */
export interface PrepareOptions {
  /** Of which only the working spacing, the normalisation and whether the model zooms are read. */
  readonly metadata: Pick<ModelMetadata, 'spacing' | 'normalization' | 'zoom'>;
  /** mm between the image's pixel centres. Without it image pixels are taken as working pixels. */
  readonly spacing?: Spacing | null;
  /**
   * Whether the values are Hounsfield units, which the model's curve is made for. `auto`: yes where
   * the smallest value lies below {@link HOUNSFIELD_BELOW}, which 8-bit pictures and MR never do and
   * a CT with any air in it does. A CT cropped to tissue needs `hounsfield` said.
   */
  readonly intensities?: Intensities;
}

/** How to read an image's values; see {@link PrepareOptions.intensities}. */
export type Intensities = 'auto' | 'hounsfield' | 'arbitrary';

/** {@link prepareImage}'s defaults. */
export const PREPARE_DEFAULTS = { intensities: 'auto' } as const satisfies Partial<PrepareOptions>;

/** `auto` takes an image for Hounsfield units where its smallest value is below this. */
export const HOUNSFIELD_BELOW = -150;

/** An image as the network wants it. */
export interface PreparedImage {
  /** Mean 0 and standard deviation 1 over the working grid; all zeros for a constant image. */
  readonly data: Float32Array;
  /** `[h, w]` of the working grid, unpadded. */
  readonly shape: readonly [number, number];
  /** Height and width of an image pixel: mm, or 1 and 1 where no spacing is known. */
  readonly pixel: readonly [number, number];
  /** Carries clicks to the working grid and positions back. */
  readonly grid: GridMapping;
  /** Whether the values were taken for Hounsfield units (then the model's curve was applied). */
  readonly hounsfield: boolean;
}

/** @throws ClicksegError `invalid-option` @internal */
export function checkIntensities(given: Intensities, what: string): void {
  if (!['auto', 'hounsfield', 'arbitrary'].includes(given)) {
    throw new ClicksegError('invalid-option', `${what}: intensities ${describe(given)} is unknown`);
  }
}

/**
 * The paper's preprocessing (III-C), the same for training and for use: the intensity curve on
 * Hounsfield images, resampling to the model's spacing, zero mean and unit standard deviation.
 *
 * An image that is constant, or constant to 32-bit precision once resampled, becomes all zeros.
 *
 * @param image - `[h, w]`; a strided slice of a volume (`ndarray.pick`) is read in place
 * @throws ClicksegError `not-finite` naming the pixel and its value; `invalid-array`, `invalid-shape`,
 * `invalid-spacing`, `invalid-option`
 */
export function prepareImage(image: Raster, options: PrepareOptions): PreparedImage {
  const { metadata, intensities = PREPARE_DEFAULTS.intensities } = checkOptions(options, 'prepareImage');
  if (metadata?.normalization?.method !== 'z-score') {
    const why = `metadata ${describe(metadata)} is not what parseMetadata gives`;
    throw new ClicksegError('invalid-option', `prepareImage: ${why}`);
  }
  checkRaster(image, 'prepareImage: image');
  const shape = plane(image.shape, 'prepareImage');
  checkIntensities(intensities, 'prepareImage');
  // JSON has null where there is none.
  const spacing =
    options.spacing == null ? undefined : axisSpacing(options.spacing, 2, 'prepareImage: spacing');
  // A model that zooms scales each of its windows; until then the image keeps its own pixels.
  const grid = gridMapping(shape, spacing, metadata.zoom ? undefined : metadata.spacing);
  const { values, least } = readFinite(image);
  const hounsfield = intensities === 'hounsfield' || (intensities === 'auto' && least < HOUNSFIELD_BELOW);
  const { curve } = metadata.normalization;
  if (hounsfield && curve) applyCurve(values, curve);
  const [h, w] = grid.working;
  const data = new Float32Array(h * w);
  createResampler(grid.image, grid.working).run(values, data);
  standardize(data);
  const pixel = spacing ? ([spacing[0], spacing[1]] as const) : ([1, 1] as const);
  return { data, shape: [h, w], pixel, grid, hounsfield };
}

function readFinite(image: Raster): { values: Float32Array; least: number } {
  const [h, w] = image.shape;
  const [dy, dx] = image.stride ?? denseStride(image.shape);
  const values = new Float32Array(h * w);
  let least = Infinity;
  for (let y = 0, out = 0; y < h; y++) {
    let at = (image.offset ?? 0) + y * dy;
    for (let x = 0; x < w; x++, at += dx, out++) {
      const value = (values[out] = image.data[at]);
      // Checked after rounding to 32 bits: 1e300 would become Infinity, and NaN in the network.
      if (!Number.isFinite(values[out])) {
        throw new ClicksegError(
          'not-finite',
          `image: pixel x ${x}, y ${y} is ${value}, not a finite 32-bit number`,
        );
      }
      if (value < least) least = value;
    }
  }
  return { values, least };
}

function applyCurve(values: Float32Array, curve: readonly CurveKnot[]): void {
  const last = curve.length - 1;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (v <= curve[0][0]) values[i] = curve[0][1];
    else if (v >= curve[last][0]) values[i] = curve[last][1];
    else {
      let k = 1;
      while (v > curve[k][0]) k++;
      const [x0, y0] = curve[k - 1];
      const [x1, y1] = curve[k];
      values[i] = y0 + ((v - x0) / (x1 - x0)) * (y1 - y0);
    }
  }
}

// Below this share of the largest value a deviation is rounding of 32-bit numbers, not content.
const ROUNDING = 1e-6;

/** Zero mean and unit deviation, in place; all zeros where the data are constant. @internal */
export function standardize(data: Float32Array): void {
  // By index: `for ... of` over a typed array takes four times as long, and every new window passes here.
  const n = data.length;
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    sum += data[i];
    largest = Math.max(largest, Math.abs(data[i]));
  }
  const mean = sum / n;
  // Two passes: subtracting squares of a CT's large offsets would cancel.
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const off = data[i] - mean;
    squares += off * off;
  }
  const deviation = Math.sqrt(squares / n);
  if (deviation <= ROUNDING * largest) {
    data.fill(0);
    return;
  }
  const scale = 1 / deviation;
  for (let i = 0; i < n; i++) data[i] = (data[i] - mean) * scale;
}
