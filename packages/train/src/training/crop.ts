import { checkAugmentation } from './check-augmentation.ts';
import { alterIntensities, type IntensityChanges } from './intensities.ts';
import type { TrainingSample } from './sample.ts';
import type { LabelledSlice } from './slices.ts';
import { drawWarp, type Warp } from './warp.ts';

/** How a crop may differ from the slice that it is taken from. The defaults: the paper's "no augmentation". */
export interface Augmentation {
  /** Mirrors left-right and up-down, each in half of the crops. */
  readonly flip: boolean;
  /** Largest rotation either way, degrees. */
  readonly rotation: number;
  /** Largest zoom either way, as a factor: 1.5 draws scales from 1/1.5 to 1.5, evenly in the logarithm. */
  readonly zoom: number;
  /**
   * Instead of `zoom`: windows that follow the structure. Its box's longer side becomes this many pixels of the
   * crop, drawn between the two evenly in the logarithm.
   */
  readonly size?: readonly [number, number];
  /** With `size`: share of the crops that show the whole slice instead, as the runtime's overview does. */
  readonly whole: number;
  /** Moves a crop that reaches over the slice's edge back onto the slice, as the runtime's windows lie; before rotation. */
  readonly onSlice?: boolean;
  /** Largest distance of the crop's centre from the structure's, as a fraction of the crop. */
  readonly shift: number;
  /** Bends the crop's shapes; not by default. */
  readonly warp?: Warp;
  /** Largest change of contrast, as a factor either way, and of brightness, in standard deviations. */
  readonly contrast: number;
  readonly brightness: number;
  /** Scales each crop to zero mean and unit deviation, as a runtime window is; before contrast and brightness. */
  readonly standardize: boolean;
  /** Further changes of the intensities; none by default. */
  readonly intensities?: IntensityChanges;
}

export const AUGMENTATION_DEFAULTS: Augmentation = {
  flip: false,
  rotation: 0,
  zoom: 1,
  whole: 0,
  shift: 0,
  contrast: 1,
  brightness: 0,
  standardize: false,
};

/** Rows and columns that a structure covers: `[top, left, bottom, right]`, both ends inside. */
export type Extent = readonly [top: number, left: number, bottom: number, right: number];

/** A label on a slice, and where it lies. */
export interface Structure {
  readonly id: number;
  readonly area: number;
  readonly box: Extent;
}

// The finest a crop shows a slice: an eighth of its pixel, beyond which there is nothing more to see.
const FINEST = 1 / 8;
// A crop never shows much more than the slice, this share at most: its frame would be all that there is to see.
const MARGIN = 0.15;

/** Where a crop lies on its slice. */
interface Placement {
  readonly y: number;
  readonly x: number;
  /** Slice pixels for one crop pixel. */
  readonly pitch: number;
}

/**
 * Cuts a crop around a structure, with one resampling, affine but for `warp`: linear for the image (zero outside), the
 * structure's outline halfway between its pixels and others'. Where the crop is coarser than the slice, the
 * image is read from a copy of half the resolution, or a quarter, so that nothing aliases; what `warp` presses further
 * together may, a little.
 *
 * @param ids - the labels that make up the structure; none for an image alone
 * @throws ClicksegError `invalid-option` for values of `how` that cannot be meant
 */
export function cropSample(
  slice: LabelledSlice,
  ids: readonly number[],
  box: Extent,
  shape: readonly [number, number],
  how: Augmentation,
  random: () => number,
): TrainingSample {
  checkAugmentation(how);
  const { image, target } = cutOut(slice, ids, box, shape, how, random);
  return { image, target };
}

/** A crop, and where on it something is to see: 0 beyond the slice and in its air, the darkest {@link AIR} of its range. */
export interface CutOut extends TrainingSample {
  readonly body: Uint8Array;
}

/** Share of a slice's range. Lung is just brighter. */
const AIR = 0.015;

/** {@link cropSample}, with what it shows of the body. */
export function cutOut(
  slice: LabelledSlice,
  ids: readonly number[],
  box: Extent,
  [rows, columns]: readonly [number, number],
  how: Augmentation,
  random: () => number,
): CutOut {
  const { labels, shape } = slice;
  const either = (most: number) => (2 * random() - 1) * most;
  const placed = place(box, shape, [rows, columns], how, random);
  const angle = (either(how.rotation) * Math.PI) / 180;
  const mirrorX = how.flip && random() < 0.5 ? -1 : 1;
  const mirrorY = how.flip && random() < 0.5 ? -1 : 1;
  let startY = placed.y + either(how.shift) * rows * (how.size ? placed.pitch : 1);
  let startX = placed.x + either(how.shift) * columns * (how.size ? placed.pitch : 1);
  if (how.onSlice) {
    startY = pullBack(startY, rows * placed.pitch, shape[0]);
    startX = pullBack(startX, columns * placed.pitch, shape[1]);
  }
  const light = drawLight(how, random);
  const warp = how.warp && drawWarp(how.warp, [rows, columns], random);
  // Steps in the slice for one step in the crop.
  const [cos, sin] = [Math.cos(angle) * placed.pitch, Math.sin(angle) * placed.pitch];
  const level = placed.pitch < 1.5 ? 0 : placed.pitch < 3 ? 1 : 2;
  const source = level === 0 ? slice : coarser(slice, level);
  const [h, w] = shape;

  const wanted = new Uint8Array(256);
  for (const id of ids) wanted[id] = 1;
  const image = new Float32Array(rows * columns);
  const target = new Uint8Array(rows * columns);
  const inside = new Uint8Array(rows * columns);
  const body = new Uint8Array(rows * columns);
  const dark = darkest(slice);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, k++) {
      let v = (i - (rows - 1) / 2) * mirrorY;
      let u = (j - (columns - 1) / 2) * mirrorX;
      if (warp) {
        v *= warp.stretchY;
        u *= warp.stretchX;
        for (const wave of warp.waves) {
          const moved = wave.rows[i] * wave.columns[j];
          if (wave.axis === 'y') v += moved;
          else u += moved;
        }
      }
      const y = startY + cos * v - sin * u;
      const x = startX + sin * v + cos * u;
      // Half-pixel centres: pixel i of the coarser copy covers pixels i 2^level ... of the slice.
      const [sy, sx] = [(y + 0.5) / (1 << level) - 0.5, (x + 0.5) / (1 << level) - 0.5];
      image[k] = linear(source.image, source.shape[0], source.shape[1], sy, sx);
      if (y > -0.5 && y < h - 0.5 && x > -0.5 && x < w - 0.5) inside[k] = 1;
      if (inside[k] === 1 && image[k] > dark) body[k] = 1;
      if (ids.length > 0 && share(labels, wanted, h, w, y, x) >= 0.5) target[k] = 1;
    }
  }
  expose(image, inside, columns, how, light, random);
  return { image, target, body };
}

/** Alters the intensities of a picture that shows no slice as it would a crop's, in place. */
export function alterWhole(
  image: Float32Array,
  [, columns]: readonly [number, number],
  how: Augmentation,
  random: () => number,
): void {
  const light = drawLight(how, random);
  expose(image, new Uint8Array(image.length).fill(1), columns, how, light, random);
}

interface Light {
  readonly gain: number;
  readonly offset: number;
}

function drawLight({ contrast, brightness }: Augmentation, random: () => number): Light {
  const either = (most: number) => (2 * random() - 1) * most;
  return { gain: Math.exp(either(Math.log(contrast))), offset: either(brightness) };
}

/** What happens to a crop's intensities, in their order. */
function expose(
  image: Float32Array,
  inside: Uint8Array,
  columns: number,
  how: Augmentation,
  { gain, offset }: Light,
  random: () => number,
): void {
  if (how.standardize) standardize(image, inside);
  if (how.intensities) {
    alterIntensities(image, inside, how.intensities, columns, random);
    if (how.standardize) standardize(image, inside);
  }
  if (gain !== 1 || offset !== 0) {
    for (let k = 0; k < image.length; k++) image[k] = gain * image[k] + offset;
  }
}

const airs = new WeakMap<LabelledSlice, number>();

/** The value up to which a slice shows air; found once and kept with the slice. */
function darkest(slice: LabelledSlice): number {
  let air = airs.get(slice);
  if (air === undefined) {
    let [least, most] = [Infinity, -Infinity];
    for (const v of slice.image) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    airs.set(slice, (air = least + AIR * (most - least)));
  }
  return air;
}

function place(
  [top, left, bottom, right]: Extent,
  [h, w]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  how: Augmentation,
  random: () => number,
): Placement {
  const centre = { y: (top + bottom) / 2, x: (left + right) / 2 };
  if (!how.size) {
    const zoom = Math.exp((2 * random() - 1) * Math.log(how.zoom));
    return { ...centre, pitch: 1 / zoom };
  }
  const all = Math.max(h / rows, w / columns);
  if (random() < how.whole) {
    return { y: (h - 1) / 2, x: (w - 1) / 2, pitch: all * (1 + MARGIN * random()) };
  }
  const [least, most] = how.size;
  const size = least * Math.exp(random() * Math.log(most / least));
  const pitch = Math.max(bottom - top + 1, right - left + 1) / size;
  return { ...centre, pitch: Math.min(Math.max(pitch, FINEST), all * (1 + MARGIN)) };
}

/** The centre nearest to one wanted at which a side lies within `n` pixels; the middle where it is too long. */
function pullBack(centre: number, side: number, n: number): number {
  const room = Math.max(0, (n - side) / 2);
  const middle = (n - 1) / 2;
  return Math.min(middle + room, Math.max(middle - room, centre));
}

/** Zero mean and unit deviation over the pixels that lie on the slice; zero elsewhere. */
export function standardize(image: Float32Array, inside: Uint8Array): void {
  let n = 0;
  let sum = 0;
  for (let k = 0; k < image.length; k++) {
    if (inside[k] === 0) continue;
    n++;
    sum += image[k];
  }
  const mean = n === 0 ? 0 : sum / n;
  let squares = 0;
  for (let k = 0; k < image.length; k++) if (inside[k] === 1) squares += (image[k] - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, n));
  const scale = deviation > 1e-6 ? 1 / deviation : 0;
  for (let k = 0; k < image.length; k++) image[k] = inside[k] === 1 ? (image[k] - mean) * scale : 0;
}

interface Plane {
  readonly image: Float32Array;
  readonly shape: readonly [number, number];
}

const copies = new WeakMap<LabelledSlice, Plane[]>();

/** The slice's image with 2 x 2 (or 4 x 4) pixels averaged into one; made once and kept with the slice. */
function coarser(slice: LabelledSlice, level: number): Plane {
  let planes = copies.get(slice);
  if (!planes) copies.set(slice, (planes = [slice]));
  while (planes.length <= level) planes.push(halve(planes[planes.length - 1]));
  return planes[level];
}

function halve({ image, shape: [h, w] }: Plane): Plane {
  const [rows, columns] = [Math.ceil(h / 2), Math.ceil(w / 2)];
  const out = new Float32Array(rows * columns);
  for (let i = 0, k = 0; i < rows; i++) {
    const [a, b] = [2 * i * w, Math.min(2 * i + 1, h - 1) * w];
    for (let j = 0; j < columns; j++) {
      const [l, r] = [2 * j, Math.min(2 * j + 1, w - 1)];
      out[k++] = (image[a + l] + image[a + r] + image[b + l] + image[b + r]) / 4;
    }
  }
  return { image: out, shape: [rows, columns] };
}

/** How much of the linear weights at a position falls on pixels of the wanted labels. */
function share(labels: Uint8Array, wanted: Uint8Array, h: number, w: number, y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  if (top < -1 || left < -1 || top >= h || left >= w) return 0;
  const [fy, fx] = [y - top, x - left];
  const is = (row: number, column: number) =>
    row >= 0 && row < h && column >= 0 && column < w ? wanted[labels[row * w + column]] : 0;
  const up = (1 - fx) * is(top, left) + fx * is(top, left + 1);
  const down = (1 - fx) * is(top + 1, left) + fx * is(top + 1, left + 1);
  return (1 - fy) * up + fy * down;
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
