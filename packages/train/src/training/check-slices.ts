import { ClicksegError } from '@clickseg/raster';
import type { LabelledSlice, SliceSetOptions } from './slices.ts';

/**
 * That slices are whole, crops have a size, and some slice can be drawn by the weights.
 * @throws ClicksegError `invalid-option` for a crop or weights that cannot be meant; `shape-mismatch` for a slice, naming its place
 */
export function checkSlices(
  slices: readonly LabelledSlice[],
  { shape: crop, minArea, weights = {} }: SliceSetOptions,
): void {
  if (!isSize(crop)) {
    throw new ClicksegError('invalid-option', `sliceSet: shape [${crop}] is not two whole numbers above 0`);
  }
  if (Number.isNaN(minArea)) throw new ClicksegError('invalid-option', `sliceSet: minArea ${minArea}`);
  for (const [i, { group, image, labels, shape }] of slices.entries()) {
    const pixels = isSize(shape) ? shape[0] * shape[1] : 0;
    if (pixels > 0 && image.length === pixels && labels.length === pixels) continue;
    const has = `${image.length} pixels and ${labels.length} labels`;
    throw new ClicksegError(
      'shape-mismatch',
      `sliceSet: slice ${i} of group '${group}' of shape [${shape}]: ${has}`,
    );
  }
  for (const [name, weight] of Object.entries(weights)) {
    if (weight >= 0 && weight < Infinity) continue;
    const why = 'is not 0 or a number above it';
    throw new ClicksegError('invalid-option', `sliceSet: weight ${weight} of group '${name}' ${why}`);
  }
  const groups = [...new Set(slices.map(({ group }) => group))];
  const named = Object.keys(weights);
  // Where some of them fit, the others may be groups that this folder lacks.
  if (groups.length > 0 && named.length > 0 && !named.some((name) => groups.includes(name))) {
    const why = `name none of the groups ${groups.join(', ')}`;
    throw new ClicksegError('invalid-option', `sliceSet: weights of ${named.join(', ')} ${why}`);
  }
}

function isSize(shape: readonly number[]): boolean {
  return shape.length === 2 && shape.every((n) => Number.isInteger(n) && n >= 1);
}
