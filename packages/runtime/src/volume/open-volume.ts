import {
  axisSpacing,
  ClicksegError,
  checkOptions,
  checkRaster,
  denseStride,
  describe,
  type Raster,
  type Spacing,
  withDefaults,
} from '@clickseg/raster';
import type { Interaction } from '../interaction.ts';
import { checkIntensities, HOUNSFIELD_BELOW, type Intensities } from '../preprocess.ts';
import type { Segmenter } from '../segmenter.ts';

/** How a volume is cut into slices. */
export interface VolumeOptions {
  /** mm between voxel centres, of all three axes. Without it areas and volumes are in pixels and voxels. */
  readonly spacing?: Spacing | null;
  /** The array's axis along which slices lie behind each other: 0 for axial slices of `[z, y, x]`. */
  readonly axis?: 0 | 1 | 2;
  /** Whether the values are Hounsfield units; `auto` looks at the whole volume, so that all slices agree. */
  readonly intensities?: Intensities;
}

/** Defaults of {@link VolumeOptions}. */
export const VOLUME_DEFAULTS = { axis: 0, intensities: 'auto' } as const;

/** A volume as a stack of images to be clicked in. It holds a view: the voxels are never copied as a whole. */
export interface Volume {
  /** How many slices there are. */
  readonly length: number;
  /** `[h, w]` of each. */
  readonly sliceShape: readonly [number, number];
  /**
   * One slice as a strided view of the volume's own memory.
   * @throws ClicksegError `invalid-point` for an index outside the volume
   */
  slice(index: number): Raster;
  /**
   * Opens one slice, as {@link Segmenter.open} does; dispose of the interaction when done with it.
   * @throws ClicksegError `invalid-point`, and what `open` throws
   */
  open(index: number): Promise<Interaction>;
  /**
   * Voxels inside masks, one of each slice, and the volume they take.
   * @param masks - `[h, w]` each
   * @throws ClicksegError `shape-mismatch`; `invalid-array` for one mask where a list of them is wanted
   */
  measure(masks: Iterable<Raster>): {
    readonly voxels: number;
    readonly volume: number;
    /** `mm3`, or `voxels` where the volume was opened without a spacing. */
    readonly volumeUnit: 'mm3' | 'voxels';
  };
}

/**
 * Cuts a volume into slices for a segmenter.
 *
 * @param volume - `[d, h, w]`, any typed array, stride and offset
 * @throws ClicksegError `invalid-array`, `invalid-shape`, `invalid-spacing`, `invalid-option`
 */
export function openVolume(
  segmenter: Pick<Segmenter, 'open'>,
  volume: Raster,
  options: VolumeOptions = {},
): Volume {
  const { axis, intensities } = withDefaults(VOLUME_DEFAULTS, checkOptions(options, 'openVolume'));
  if (typeof segmenter?.open !== 'function')
    throw new ClicksegError('invalid-option', `openVolume: ${describe(segmenter)} is no segmenter`);
  checkRaster(volume, 'openVolume: volume');
  if (volume.shape.length !== 3) {
    throw new ClicksegError('invalid-shape', `openVolume: expected [d, h, w], got [${volume.shape}]`);
  }
  if (axis !== 0 && axis !== 1 && axis !== 2) {
    throw new ClicksegError('invalid-option', `openVolume: axis ${describe(axis)} is not 0, 1 or 2`);
  }
  checkIntensities(intensities, 'openVolume');
  // As a segmenter's `open` has it.
  const spacing =
    options.spacing == null ? undefined : axisSpacing(options.spacing, 3, 'openVolume: spacing');
  const stride = volume.stride ?? denseStride(volume.shape);
  const [rows, columns] = [0, 1, 2].filter((each) => each !== axis);
  const length = volume.shape[axis];
  const sliceShape = [volume.shape[rows], volume.shape[columns]] as const;
  let read: Intensities = intensities;

  const slice = (index: number): Raster => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= length) {
      const why = `slice ${describe(index)} lies outside the volume of ${length}`;
      throw new ClicksegError('invalid-point', `openVolume: ${why}`);
    }
    return {
      data: volume.data,
      shape: [...sliceShape],
      stride: [stride[rows], stride[columns]],
      offset: (volume.offset ?? 0) + index * stride[axis],
    };
  };
  // A slice without air would otherwise be read unlike its neighbours. Usually the first rows decide.
  const hasAir = () => {
    for (let index = 0; index < length; index++) if (someBelow(slice(index))) return true;
    return false;
  };

  return {
    length,
    sliceShape,
    slice,
    async open(index) {
      const image = slice(index);
      if (read === 'auto') read = hasAir() ? 'hounsfield' : 'arbitrary';
      const inPlane = spacing && [spacing[rows], spacing[columns]];
      return segmenter.open(image, { spacing: inPlane, intensities: read });
    },
    measure(masks) {
      let voxels = 0;
      if (typeof masks?.[Symbol.iterator] !== 'function') {
        const why = `expected a list of masks, got ${describe(masks)}`;
        throw new ClicksegError('invalid-array', `measure: ${why}`);
      }
      for (const mask of masks) {
        checkSlice(mask, sliceShape, 'measure: mask');
        forEach(mask, (v) => {
          if (v !== 0) voxels++;
        });
      }
      if (spacing === undefined) return { voxels, volume: voxels, volumeUnit: 'voxels' };
      return { voxels, volume: voxels * spacing[0] * spacing[1] * spacing[2], volumeUnit: 'mm3' };
    },
  };
}

/** @throws ClicksegError `shape-mismatch` @internal */
export function checkSlice(mask: Raster, shape: readonly number[], what: string): void {
  checkRaster(mask, what);
  if (`${mask.shape}` === `${shape}`) return;
  throw new ClicksegError('shape-mismatch', `${what}: [${mask.shape}] is not the slices' [${shape}]`);
}

function someBelow({ data, shape: [h, w], stride, offset = 0 }: Raster): boolean {
  const [dy, dx] = stride ?? [w, 1];
  for (let y = 0; y < h; y++) {
    for (let x = 0, at = offset + y * dy; x < w; x++, at += dx) if (data[at] < HOUNSFIELD_BELOW) return true;
  }
  return false;
}

function forEach({ data, shape: [h, w], stride, offset = 0 }: Raster, visit: (value: number) => void): void {
  const [dy, dx] = stride ?? [w, 1];
  for (let y = 0; y < h; y++) {
    for (let x = 0, at = offset + y * dy; x < w; x++, at += dx) visit(data[at]);
  }
}
