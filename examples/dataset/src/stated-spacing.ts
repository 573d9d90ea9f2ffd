import { ClicksegError, type NamedSpacing } from '@clickseg/raster';
import type { IndexEntry } from './index-entry.ts';
import type { Volume } from './volume.ts';

/** An entry's spacing by axis, which it lists in the order of its shape; undefined where it is not known. */
export function statedSpacing({
  kind,
  spacing,
}: Pick<IndexEntry, 'kind' | 'spacing'>): NamedSpacing | undefined {
  if (spacing === null) return undefined;
  const [first, second, third] = spacing;
  return kind === '2d' ? { x: second, y: first } : { x: first, y: second, z: third };
}

/** Of the spacing; an index rounds what a header has in full. */
const ROUNDING = 1e-3;

/**
 * A volume at the spacing that its index states, which counts where a header says otherwise; a picture's file says
 * nothing of it. Its affine is stretched along.
 *
 * @throws ClicksegError `invalid-file` where the index has the header's numbers in another order: x are the columns
 * of the radiological view, whatever the order in which the file stores its axes
 */
export function atStatedSpacing<V extends Volume>(name: string, volume: V, stated: NamedSpacing): V {
  const { spacing, affine } = volume;
  const own = [spacing.x, spacing.y, spacing.z];
  const said = [stated.x, stated.y, stated.z ?? spacing.z];
  const alike = (a: readonly number[], b: readonly number[]) =>
    a.every((mm, axis) => Math.abs(mm - b[axis]) <= ROUNDING * mm);
  if (alike(own, said)) return volume;
  const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b);
  if (alike(sorted(own), sorted(said))) {
    throw new ClicksegError(
      'invalid-file',
      `${name}: the index says spacing [${said}], its image has [${own}] along x (columns), y (rows), z (slices): the same in another order`,
    );
  }
  const [x, y, z] = said;
  return {
    ...volume,
    spacing: { x, y, z },
    affine: affine.map((row) => row.map((v, axis) => (axis < 3 ? (v * said[axis]) / own[axis] : v))),
  };
}
