import { arrayKind, ClicksegError, describe, type NumericArray, type Raster, sizeOf } from '@clickseg/raster';
import { bandWidth } from './boundary-iou.ts';
import { type CompareOptions, checkCompare, compareWithin, type MaskComparison } from './compare-masks.ts';
import { type LabelBox, labelBoxes } from './label-boxes.ts';
import { volumeStrides } from './mask.ts';
import { MaskPair } from './mask-pair.ts';

/** Options of {@link compareLabels}. */
export interface CompareLabelsOptions extends CompareOptions {
  /** Which labels to compare, whole numbers; default every label but 0 that either map holds, ascending. */
  readonly labels?: readonly number[] | NumericArray;
}

/** One label's comparison. */
export interface LabelComparison extends MaskComparison {
  readonly label: number;
}

/**
 * Compares two label maps, one structure a label, 0 background. Both maps are read once to find every
 * label's box; each label is then compared within its own box, so that many small structures cost no
 * more than their boxes. True negatives and specificity still count the whole image.
 *
 * @param pred - the predicted labels, `[h, w]` or `[d, h, w]`, whole numbers
 * @param gt - the reference labels, same shape
 * @throws ClicksegError as `compareMasks`; `invalid-array` for a label that is no whole number of at
 *   least 0; `invalid-option` for such a label asked for
 */
export function compareLabels(
  pred: Raster,
  gt: Raster,
  options: CompareLabelsOptions = {},
): LabelComparison[] {
  const terms = checkCompare(pred, gt, options, 'compareLabels');
  const asked = askedLabels(options.labels);
  // The band's width follows the image's size, which the cut-outs do not show.
  const band = bandWidth(options.boundaryWidth, gt.shape, 'compareLabels');
  const boxes = labelBoxes(pred, gt);
  const labels = asked ?? [...boxes.keys()].filter((l) => l !== 0).sort((a, b) => a - b);
  return labels.map((label) => {
    const what = `compareLabels: label ${label}`;
    const box = boxes.get(label);
    const pair = new MaskPair(labelMask(pred, label, box), labelMask(gt, label, box), what);
    const beyond = sizeOf(gt.shape) - sizeOf(pair.gt.shape);
    return { label, ...compareWithin(pair, terms, { band, beyond }, what) };
  });
}

/** @throws ClicksegError `invalid-option` for what is no list of labels; a hole in one is no label */
function askedLabels(labels: ArrayLike<number> | undefined): number[] | undefined {
  if (labels === undefined) return undefined;
  const listed = Array.isArray(labels) || arrayKind(labels) !== undefined;
  const list = listed ? Array.from(labels) : [];
  if (listed && list.every((label) => Number.isInteger(label) && label >= 0)) return list;
  throw new ClicksegError(
    'invalid-option',
    `compareLabels: labels ${describe(listed ? list : labels)} are not whole numbers`,
  );
}

/** The pixels of one label within its box, as a mask; one background pixel where the label is nowhere. */
function labelMask(labels: Raster, label: number, box: LabelBox | undefined): Raster {
  const dims = labels.shape.length;
  const { low, high } = box ?? { low: [0, 0, 0], high: [0, 0, 0] };
  const [d, h, w] = [0, 1, 2].map((a) => high[a] - low[a] + 1);
  const stride = volumeStrides(labels);
  const [sz, sy, sx] = dims === 3 ? stride : [0, ...stride];
  const data = new Uint8Array(d * h * w);
  for (let z = 0, out = 0; z < d; z++) {
    for (let y = 0; y < h; y++) {
      let at = (labels.offset ?? 0) + (z + low[0]) * sz + (y + low[1]) * sy + low[2] * sx;
      for (let x = 0; x < w; x++, at += sx) data[out++] = labels.data[at] === label ? 1 : 0;
    }
  }
  return { data, shape: dims === 3 ? [d, h, w] : [h, w] };
}
