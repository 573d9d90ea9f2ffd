import type { TrainingSample } from './sample.ts';
import type { LabelledSlice } from './slices.ts';

/** How a crop may differ from the slice that it is taken from. All zeros and false: the paper's "no augmentation". */
export interface Augmentation {
  /** Mirrors left-right and up-down, each in half of the crops. */
  readonly flip: boolean;
  /** Largest rotation either way, degrees. */
  readonly rotation: number;
  /** Largest zoom either way, as a factor: 1.5 draws scales from 1/1.5 to 1.5, evenly in the logarithm. */
  readonly zoom: number;
  /** Largest distance of the crop's centre from the structure's, as a fraction of the crop. */
  readonly shift: number;
  /** Largest change of contrast, as a factor either way, and of brightness, in standard deviations. */
  readonly contrast: number;
  readonly brightness: number;
}

export const AUGMENTATION_DEFAULTS: Augmentation = {
  flip: false,
  rotation: 0,
  zoom: 1,
  shift: 0,
  contrast: 1,
  brightness: 0,
};

/**
 * Cuts a crop around a structure, with one affine resampling: linear for the image (zero, which is its
 * mean, outside), nearest for the label.
 */
export function cropSample(
  { image, labels, shape: [h, w] }: LabelledSlice,
  id: number,
  [centreY, centreX]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  how: Augmentation,
  random: () => number,
): TrainingSample {
  const either = (most: number) => (2 * random() - 1) * most;
  const zoom = Math.exp(either(Math.log(how.zoom)));
  const angle = (either(how.rotation) * Math.PI) / 180;
  const mirrorX = how.flip && random() < 0.5 ? -1 : 1;
  const mirrorY = how.flip && random() < 0.5 ? -1 : 1;
  const startY = centreY + either(how.shift) * rows;
  const startX = centreX + either(how.shift) * columns;
  const gain = Math.exp(either(Math.log(how.contrast)));
  const offset = either(how.brightness);
  // Steps in the slice for one step in the crop.
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];

  const out = new Float32Array(rows * columns);
  const target = new Uint8Array(rows * columns);
  for (let i = 0, k = 0; i < rows; i++) {
    const v = (i - (rows - 1) / 2) * mirrorY;
    for (let j = 0; j < columns; j++, k++) {
      const u = (j - (columns - 1) / 2) * mirrorX;
      const y = startY + cos * v - sin * u;
      const x = startX + sin * v + cos * u;
      out[k] = gain * linear(image, h, w, y, x) + offset;
      const [row, column] = [Math.round(y), Math.round(x)];
      if (row >= 0 && row < h && column >= 0 && column < w && labels[row * w + column] === id) target[k] = 1;
    }
  }
  return { image: out, target };
}

function linear(image: Float32Array, h: number, w: number, y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  if (top < -1 || left < -1 || top >= h || left >= w) return 0;
  const [fy, fx] = [y - top, x - left];
  const at = top * w + left;
  const up = top >= 0;
  const down = top + 1 < h;
  const west = left >= 0;
  const east = left + 1 < w;
  const a = up && west ? image[at] : 0;
  const b = up && east ? image[at + 1] : 0;
  const c = down && west ? image[at + w] : 0;
  const d = down && east ? image[at + w + 1] : 0;
  return (1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * c + fx * d);
}
