import { ClicksegError, withDefaults } from '@clickseg/raster';
import { checkAugmentation } from './check-augmentation.ts';
import { checkSlices } from './check-slices.ts';
import {
  AUGMENTATION_DEFAULTS,
  type Augmentation,
  alterWhole,
  type CutOut,
  cutOut,
  type Extent,
  type Structure,
} from './crop.ts';
import { imaginedSample } from './imagined.ts';
import { partOf, withNeighbours } from './regroup.ts';
import type { TrainingSample, TrainingSet } from './sample.ts';
import { syntheticSample } from './synthetic.ts';

/** One prepared slice with its label map: a K-label image, which becomes K binary tasks. */
export interface LabelledSlice {
  /** Slices of a group are drawn together by the group's weight. */
  readonly group: string;
  /** `[h, w]` on the working grid, zero mean and unit deviation */
  readonly image: Float32Array;
  /** `[h, w]` on the same grid: a structure's id, or 0 */
  readonly labels: Uint8Array;
  readonly shape: readonly [number, number];
}

export interface SliceSetOptions {
  /** `[h, w]` of the crops. */
  readonly shape: readonly [number, number];
  /**
   * How often each group is drawn; a group that is not named is drawn with weight 1. Names without slices are passed over, as one
   * recipe serves folders that lack some of its groups, but one of them must fit.
   */
  readonly weights?: Readonly<Record<string, number>>;
  /** Smallest structure that is drawn, in pixels of the working grid. */
  readonly minArea?: number;
  readonly augmentation?: Partial<Augmentation>;
  /** Share of the crops, without those of `imagined`, whose structure is made up: see `syntheticSample`. */
  readonly synthetic?: number;
  /** Share of the crops that show no slice, but a picture of nothing: see `imaginedSample`. */
  readonly imagined?: number;
  /** Share of the labelled crops whose structure is several labels of the slice together: see `withNeighbours`. */
  readonly united?: number;
  /** Share of the labelled crops whose structure is one side of a line through it: see `partOf`. */
  readonly parted?: number;
}

export const SLICE_SET_DEFAULTS = {
  weights: {},
  minArea: 12,
  synthetic: 0,
  imagined: 0,
  united: 0,
  parted: 0,
} as const;

const ATTEMPTS = 5;
// Fewer pixels of a structure than this teach nothing.
const LEAST_MARKED = 4;
// More of the crop than this is background that a made-up region has taken for itself.
const MOST_MARKED = 0.9;
// A made-up structure that lies so much in the air, or beyond the slice, is none that anybody would outline.
const MOST_IN_AIR = 0.4;

/** A structure to draw. */
interface Task {
  readonly slice: LabelledSlice;
  readonly structure: Structure;
  /** All structures of the slice. */
  readonly beside: readonly Structure[];
}

/**
 * Draws crops around structures of labelled slices: first a group by its weight, then a label of the group
 * (each alike, so that a common one does not drown the others), then one of its slices.
 *
 * @throws ClicksegError `invalid-option`; `shape-mismatch` for a slice whose image or labels are not of its shape; `empty-mask` where no slice carries a structure of at least `minArea`
 */
export function sliceSet(slices: readonly LabelledSlice[], options: SliceSetOptions): TrainingSet {
  const { shape, weights, minArea, synthetic, imagined, united, parted } = withDefaults(
    SLICE_SET_DEFAULTS,
    options,
  );
  const augmentation = withDefaults(AUGMENTATION_DEFAULTS, options.augmentation);
  for (const [name, share] of Object.entries({ synthetic, imagined, united, parted })) {
    if (!(share >= 0 && share <= 1))
      throw new ClicksegError('invalid-option', `sliceSet: ${name} ${share} is no share of 0 to 1`);
  }
  checkAugmentation(augmentation);
  checkSlices(slices, options);
  const groups = new Map<string, Map<number, Task[]>>();
  for (const slice of slices) {
    const beside = structuresOf(slice).filter(({ area }) => area >= minArea);
    for (const structure of beside) {
      const labels = getOrAdd(groups, slice.group, () => new Map<number, Task[]>());
      getOrAdd(labels, structure.id, () => []).push({ slice, structure, beside });
    }
  }
  if (groups.size === 0) {
    throw new ClicksegError(
      'empty-mask',
      `sliceSet: none of ${slices.length} slices has a structure of ${minArea} pixels`,
    );
  }
  const names = [...groups.keys()];
  const shares = names.map((name) => (weights as Record<string, number>)[name] ?? 1);
  if (shares.every((share) => share === 0)) {
    throw new ClicksegError(
      'invalid-option',
      `sliceSet: every weight of the groups ${names.join(', ')} is 0`,
    );
  }
  return {
    shape,
    draw(random) {
      const labels = groups.get(names[pickByWeight(shares, random())])!;
      const tasks = [...labels.values()][Math.floor(random() * labels.size)];
      const { slice, structure, beside } = tasks[Math.floor(random() * tasks.length)];
      const crop = (ids: readonly number[], box: Extent, how: Augmentation = augmentation) => {
        const { image, target } = cutOut(slice, ids, box, shape, how, random);
        return { image, target };
      };
      const madeUp = () => {
        const cut = cutOut(slice, [], anyBox(slice, random), shape, augmentation, random);
        const sample = syntheticSample(cut, shape, random);
        return inAir(sample, cut) > MOST_IN_AIR ? cut : sample;
      };
      const labelled = () => {
        const several = united > 0 && random() < united;
        const { ids, box } = several
          ? withNeighbours(structure, beside, random)
          : { ids: [structure.id], box: structure.box };
        const sample = crop(ids, box);
        return parted > 0 && random() < parted ? partOf(sample, shape, random) : sample;
      };
      const ofNothing = () => {
        const sample = imaginedSample(shape, random);
        alterWhole(sample.image, shape, augmentation, random);
        return sample;
      };
      const one = () => {
        if (imagined > 0 && random() < imagined) return ofNothing();
        return synthetic > 0 && random() < synthetic ? madeUp() : labelled();
      };
      // A rotated or shifted crop can lose its structure, and a smoothed region can vanish: drawn again then.
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const sample = one();
        const marked = marks(sample);
        if (marked >= LEAST_MARKED && marked <= MOST_MARKED * sample.target.length) return sample;
      }
      return crop([structure.id], structure.box, { ...augmentation, shift: 0, rotation: 0 });
    },
  };
}

/** Share of a structure that lies where its crop shows no body. */
function inAir({ target }: TrainingSample, { body }: CutOut): number {
  let [n, air] = [0, 0];
  for (let k = 0; k < target.length; k++) {
    if (target[k] === 0) continue;
    n++;
    if (body[k] === 0) air++;
  }
  return n === 0 ? 0 : air / n;
}

function marks({ target }: TrainingSample): number {
  let n = 0;
  for (const v of target) n += v;
  return n;
}

/** A square of random place and size, as if a structure lay there. */
function anyBox({ shape: [h, w] }: LabelledSlice, random: () => number): Extent {
  const half = (Math.min(h, w) / 2) * (0.08 + 0.5 * random());
  const [y, x] = [half + (h - 1 - 2 * half) * random(), half + (w - 1 - 2 * half) * random()];
  return [y - half, x - half, y + half, x + half];
}

function structuresOf({ labels, shape: [h, w] }: LabelledSlice): Structure[] {
  const found = new Map<number, { id: number; area: number; box: [number, number, number, number] }>();
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const id = labels[i];
      if (id === 0) continue;
      const seen = getOrAdd(found, id, () => ({ id, area: 0, box: [y, x, y, x] }));
      seen.area++;
      seen.box[1] = Math.min(seen.box[1], x);
      seen.box[2] = y;
      seen.box[3] = Math.max(seen.box[3], x);
    }
  }
  return [...found.values()];
}

function pickByWeight(weights: readonly number[], u: number): number {
  let rest = u * weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
