import { maskBytes } from './bytes.ts';
import { checkOptions } from './check-options.ts';
import { type Connectivity, reachOf, stepsOf } from './connectivity.ts';
import { checkRaster, type DenseRaster, type Raster, raster, sizeOf } from './raster.ts';

export interface ComponentsOptions {
  /** Which pixels touch; default 8 on a slice (as MONAI), 26 on a volume. */
  readonly connectivity?: Connectivity;
}

export const COMPONENTS_DEFAULTS = { connectivity: { slice: 8, volume: 26 } } as const;

export interface Components {
  /** 0 outside, 1 to `count` inside, numbered in raster order of each component's first pixel. */
  readonly labels: DenseRaster<Int32Array>;
  readonly count: number;
  /** Pixels of each label, `count + 1` numbers; `sizes[0]` is the background. */
  readonly sizes: Int32Array;
}

/**
 * Connected components of a mask.
 *
 * @param mask - `[h, w]` or `[d, h, w]`, any typed array, non-zero = inside
 * @returns labels as scikit-image's `label` and SciPy's `ndimage.label` number them
 * @throws ClicksegError `invalid-array`, `invalid-shape`, or `invalid-option` for a connectivity other
 * than 4, 8 (slice) or 6, 18, 26 (volume)
 */
export function connectedComponents(mask: Raster, options: ComponentsOptions = {}): Components {
  checkRaster(mask, 'connectedComponents: mask');
  const dims = mask.shape.length;
  const usual = COMPONENTS_DEFAULTS.connectivity[dims === 3 ? 'volume' : 'slice'];
  const reach = reachOf(
    checkOptions(options, 'connectedComponents').connectivity ?? usual,
    dims,
    'connectedComponents',
  );
  const labels = new Int32Array(sizeOf(mask.shape));
  // Provisional label -> an earlier one of the same component; a root is its own parent.
  const parents = [0];
  const { data, at, shape, stride } = maskBytes(mask);
  const [depth, height, width] = shape;
  const steps = stepsOf(reach, dims, 'earlier');
  const back = steps.map(([dz, dy, dx]) => (dz * height + dy) * width + dx);
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let from = at + z * stride[0] + y * stride[1];
      for (let x = 0; x < width; x++, i++, from += stride[2]) {
        if (data[from] === 0) continue;
        let label = 0;
        for (let s = 0; s < steps.length; s++) {
          const [dz, dy, dx] = steps[s];
          const outside = z + dz < 0 || y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width;
          const other = outside ? 0 : labels[i + back[s]];
          if (other !== 0 && other !== label) label = label === 0 ? other : join(parents, label, other);
        }
        if (label === 0) label = parents.push(parents.length) - 1;
        labels[i] = label;
      }
    }
  }
  return numbered(labels, parents, mask.shape);
}

/** Joins two provisional labels under the smaller root, so that a root is the first of its component. */
function join(parents: number[], a: number, b: number): number {
  const [p, q] = [root(parents, a), root(parents, b)];
  const least = Math.min(p, q);
  parents[p] = parents[q] = least;
  return least;
}

function root(parents: number[], label: number): number {
  let at = label;
  while (parents[at] !== at) at = parents[at] = parents[parents[at]];
  return at;
}

function numbered(labels: Int32Array, parents: number[], shape: readonly number[]): Components {
  let count = 0;
  // A parent is never larger than its child, so its final number is known first.
  const final = new Int32Array(parents.length);
  for (let label = 1; label < parents.length; label++) {
    final[label] = parents[label] === label ? ++count : final[parents[label]];
  }
  const sizes = new Int32Array(count + 1);
  for (let i = 0; i < labels.length; i++) {
    const label = final[labels[i]];
    labels[i] = label;
    sizes[label]++;
  }
  return { labels: raster(labels, shape), count, sizes };
}
