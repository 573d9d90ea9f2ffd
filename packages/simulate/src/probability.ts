import {
  ClicksegError,
  contiguous,
  type DenseRaster,
  type NumericArray,
  type Raster,
} from '@clickseg/raster';
import { weightMemory } from './scratch.ts';

/**
 * Where a simulated click lands: probabilities proportional to exp(d) - 1 (paper, section III-B.1).
 *
 * Computed in the log domain, as exp(d - max) (1 - exp(-d)): city-block distances reach 1,022 on a
 * 512 x 512 slice and exp overflows at 709; near 0, where exp(d) - 1 cancels, `expm1` keeps every digit.
 *
 * An infinite distance says that no background exists to measure to; all such pixels are then equally
 * likely (the limit of ever farther background), and finite ones impossible. A field of zeros, no error,
 * has no pixel to click: all probabilities are 0.
 *
 * @param field - distances, `[h, w]` or `[d, h, w]`, 0 outside the error region
 * @returns Float64, dense, same shape, sums to 1
 * @throws ClicksegError `invalid-array`, `invalid-shape`; `not-finite` for NaN or a negative distance
 */
export function clickProbability(field: Raster): DenseRaster<Float64Array> {
  const { data, shape, stride } = contiguous(field, 'clickProbability');
  const out = new Float64Array(data.length);
  const total = weigh(data, greatest(data, 'clickProbability'), out);
  if (total > 0) for (let i = 0; i < out.length; i++) out[i] /= total;
  return { data: out, shape, stride, offset: 0 };
}

/**
 * The pixel whose share of the cumulated probability, in raster order, holds `u`: the first pixel at
 * which the sum exceeds `u` times the whole, as NumPy's `RandomState.choice` picks.
 *
 * @param u - in [0, 1)
 * @returns a position in `field`, or -1 where every distance is 0
 */
export function sampleField(field: NumericArray, u: number): number {
  const most = greatest(field, 'distance');
  if (most === 0) return -1;
  return sampleWhole(field, most, u) ?? sampleAny(field, most, u);
}

function greatest(field: NumericArray, what: string): number {
  let most = 0;
  for (let i = 0; i < field.length; i++) {
    const d = field[i];
    if (d > most) most = d;
    else if (!(d >= 0)) throw new ClicksegError('not-finite', `${what}: ${d} at element ${i} is no distance`);
  }
  return most;
}

/** Unnormalised weights into `out`; their sum. */
function weigh(field: NumericArray, most: number, out: Float64Array): number {
  let total = 0;
  for (let i = 0; i < field.length; i++) {
    const d = field[i];
    // With most = Infinity only the infinite ones count, all alike.
    const w = d === 0 ? 0 : d === most ? -Math.expm1(-d) : -Math.expm1(-d) * Math.exp(d - most);
    out[i] = w;
    total += w;
  }
  return total;
}

function sampleAny(field: NumericArray, most: number, u: number): number {
  const weights = weightMemory(field.length);
  const share = u * weigh(field, most, weights);
  let sum = 0;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    sum += weights[i];
    if (sum > share) return i;
    last = i;
  }
  return last;
}

// More would cost a table longer than it saves work.
const LONGEST = 4096;
const counts = new Int32Array(LONGEST + 1);
const table = new Float64Array(LONGEST + 1);
const INVERSE_E = 0.36787944117144233;

/**
 * The same for whole distances (chessboard, city-block), where one weight serves all pixels of one
 * distance. Weights are powers of 1/e by multiplication, which every platform rounds alike, whereas
 * `Math.exp` may differ in its last digit: one seed then gives one click everywhere.
 */
function sampleWhole(field: NumericArray, most: number, u: number): number | undefined {
  if (!(most <= LONGEST) || Math.floor(most) !== most) return undefined;
  counts.fill(0, 0, most + 1);
  for (let i = 0; i < field.length; i++) {
    const d = field[i];
    const whole = d | 0;
    if (whole !== d) return undefined;
    counts[whole]++;
  }
  let power = 1;
  for (let d = most; d >= 0; d--, power *= INVERSE_E) table[d] = power;
  const least = table[0];
  table[0] = 0;
  let total = 0;
  for (let d = 1; d <= most; d++) total += (table[d] -= least) * counts[d];
  const share = u * total;
  let sum = 0;
  let last = -1;
  for (let i = 0; i < field.length; i++) {
    const d = field[i];
    if (d === 0) continue;
    sum += table[d];
    if (sum > share) return i;
    if (table[d] > 0) last = i;
  }
  return last;
}
