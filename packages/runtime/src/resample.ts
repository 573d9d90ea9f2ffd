import {
  ClicksegError,
  checkRaster,
  checkShape,
  contiguous,
  type DenseRaster,
  type NumericArray,
  type Raster,
  raster,
} from '@clickseg/raster';

/** Moves dense `[h, w]` pixels from one grid to another; made once, run many times without allocating. */
export interface Resampler {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** @param source - dense, at least `from` many; @param target - dense, filled with `to` many */
  run(source: NumericArray, target: Float32Array): void;
}

/**
 * An image on another grid over the same field of view: linear interpolation, and where the image
 * shrinks the triangle filter widens with the step, so that nothing aliases (Pillow's `BILINEAR`).
 *
 * Half-pixel centres: the centre of target pixel i lies at source coordinate `(i + 0.5) * n / m - 0.5`.
 * At the frame the filter is cut off and its weights rescaled to sum to 1. Also brings masks across:
 * the result is then the covered share, 0.5 its outline.
 *
 * @param image - `[h, w]`, any typed array or stride; finite values
 * @param shape - the `[h, w]` wanted
 * @returns dense Float32 of `shape`
 * @throws ClicksegError `invalid-array`, `invalid-shape`
 */
export function resample(image: Raster, shape: readonly number[]): DenseRaster<Float32Array> {
  checkRaster(image, 'resample: image');
  const resampler = createResampler(image.shape, shape);
  const [h, w] = resampler.to;
  const target = new Float32Array(h * w);
  resampler.run(contiguous(image).data, target);
  return raster(target, [h, w]);
}

/**
 * Prepares {@link resample} from one grid to another: weights and scratch memory are kept.
 * @throws ClicksegError `invalid-shape` where a shape is not `[h, w]`
 */
export function createResampler(from: readonly number[], to: readonly number[]): Resampler {
  const [h, w] = plane(from, 'resample: from');
  const [toH, toW] = plane(to, 'resample: to');
  if (h === toH && w === toW) {
    return { from: [h, w], to: [toH, toW], run: (source, target) => target.set(source.subarray(0, h * w)) };
  }
  const columns = taps(w, toW);
  const rows = taps(h, toH);
  const grow = toH > h && toW > w && grower(pairs(columns, w), pairs(rows, h), w, toW);
  // Rounding happens once, at the end: the half-way image keeps double precision.
  const scratch = new Float64Array(grow ? 0 : h * toW);
  return {
    from: [h, w],
    to: [toH, toW],
    run(source, target) {
      if (grow) return grow(source, target);
      alongRows(source, scratch, h, w, toW, columns);
      alongColumns(scratch, target, toH, toW, rows);
    },
  };
}

/** For each target index: the first source index, how many follow, and their weights (`width` slots each). */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weight: Float64Array;
  readonly width: number;
}

function taps(n: number, m: number): Taps {
  const step = n / m;
  const reach = Math.max(step, 1);
  const width = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(m);
  const count = new Int32Array(m);
  const weight = new Float64Array(m * width);
  for (let i = 0; i < m; i++) {
    const centre = (i + 0.5) * step - 0.5;
    const lowest = Math.max(0, Math.ceil(centre - reach));
    const highest = Math.min(n - 1, Math.floor(centre + reach));
    let sum = 0;
    let used = 0;
    let start = lowest;
    for (let j = lowest; j <= highest; j++) {
      const w = 1 - Math.abs(j - centre) / reach;
      if (w <= 0) {
        // A source pixel exactly at the filter's foot weighs nothing: skip it so that two taps stay two.
        if (used === 0) start = j + 1;
        continue;
      }
      weight[i * width + used++] = w;
      sum += w;
    }
    for (let k = 0; k < used; k++) weight[i * width + k] /= sum;
    first[i] = start;
    count[i] = used;
  }
  return { first, count, weight, width };
}

function alongRows(
  source: NumericArray,
  target: Float64Array,
  h: number,
  w: number,
  toW: number,
  { first, count, weight, width }: Taps,
): void {
  for (let y = 0, out = 0; y < h; y++) {
    const row = y * w;
    for (let x = 0; x < toW; x++) {
      const from = row + first[x];
      const n = count[x];
      const at = x * width;
      let sum = weight[at] * source[from];
      if (n > 1) sum += weight[at + 1] * source[from + 1];
      for (let k = 2; k < n; k++) sum += weight[at + k] * source[from + k];
      target[out++] = sum;
    }
  }
}

function alongColumns(
  source: NumericArray,
  target: Float32Array,
  toH: number,
  w: number,
  { first, count, weight, width }: Taps,
): void {
  for (let y = 0; y < toH; y++) {
    const n = count[y];
    const at = y * width;
    const out = y * w;
    const from = first[y] * w;
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += weight[at + k] * source[from + k * w + x];
      target[out + x] = sum;
    }
  }
}

/**
 * Growing along both axes, which every prediction does on its way back: two taps everywhere, and of the half-way
 * image only the two rows in use, which stay in the cache. Same numbers as the general way.
 */
function grower(x: Pairs | undefined, y: Pairs | undefined, w: number, toW: number) {
  if (x === undefined || y === undefined) return undefined;
  const [tops, above, below] = y;
  const kept = [new Float64Array(toW), new Float64Array(toW)];
  return (source: NumericArray, target: Float32Array) => {
    let [upper, lower] = kept;
    let now = -2;
    for (let j = 0; j < tops.length; j++) {
      const top = tops[j];
      if (top !== now) {
        if (top === now + 1) [upper, lower] = [lower, upper];
        else spread(source, top * w, upper, x);
        spread(source, (top + 1) * w, lower, x);
        now = top;
      }
      blend(upper, above[j], lower, below[j], target, j * toW);
    }
  };
}

function spread(source: NumericArray, at: number, row: Float64Array, [left, a, b]: Pairs): void {
  for (let i = 0; i < row.length; i++) {
    const from = at + left[i];
    row[i] = a[i] * source[from] + b[i] * source[from + 1];
  }
}

function blend(
  upper: Float64Array,
  a: number,
  lower: Float64Array,
  b: number,
  target: Float32Array,
  at: number,
): void {
  for (let i = 0; i < upper.length; i++) target[at + i] = a * upper[i] + b * lower[i];
}

type Pairs = readonly [left: Int32Array, leftWeight: Float64Array, rightWeight: Float64Array];

/** Taps as a left neighbour and the weights of it and of the next; undefined where some need more than two. */
function pairs({ first, count, weight, width }: Taps, n: number): Pairs | undefined {
  if (n < 2 || count.some((taps) => taps > 2)) return undefined;
  const left = first.map((at) => Math.min(at, n - 2));
  // At the far edge a single tap becomes the right one of its pair.
  const a = Float64Array.from(first, (at, i) => (at > n - 2 ? 0 : weight[i * width]));
  const b = Float64Array.from(first, (at, i) => (at > n - 2 ? weight[i * width] : weight[i * width + 1]));
  return [left, a, b];
}

/** @throws ClicksegError `invalid-shape` for what is not `[h, w]` */
export function plane(shape: readonly number[], what: string): [number, number] {
  checkShape(shape, what);
  if (shape.length !== 2) {
    throw new ClicksegError(
      'invalid-shape',
      `${what}: expected [h, w], got [${shape}]; pick a slice of a volume`,
    );
  }
  return [shape[0], shape[1]];
}
