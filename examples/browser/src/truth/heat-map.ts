import { chamferDistance, raster } from '@clickseg/raster';
import { clickProbability, disparity } from '@clickseg/simulate';

// Probabilities fall by e a pixel: shown as they are, all but the innermost two would be black.
const ROOT = 6;

/**
 * Where the paper's annotator clicks next, as something to look at: the sixth root of each pixel's probability as a
 * share of the largest. All 0 where nothing is wrong.
 *
 * @param gt - `height * width` of 0 and 1
 * @param prediction - likewise
 */
export function heatMap(
  gt: Uint8Array,
  prediction: Uint8Array,
  shape: readonly [number, number],
): Float32Array {
  const error = disparity(raster(gt, shape), raster(prediction, shape)).data;
  let [missed, spilled] = [0, 0];
  for (const value of error) {
    if (value > 0) missed++;
    else if (value < 0) spilled++;
  }
  // Section III-B.1: a background click only where more is spilled than missed.
  const kind = spilled > missed ? -1 : 1;
  const region = raster(
    Uint8Array.from(error, (value) => (value === kind ? 1 : 0)),
    shape,
  );
  const { data } = clickProbability(chamferDistance(region, { weights: 'chessboard', border: 'ignore' }));
  const most = data.reduce((a, b) => Math.max(a, b), 0);
  return Float32Array.from(data, (value) => (most > 0 ? (value / most) ** (1 / ROOT) : 0));
}
