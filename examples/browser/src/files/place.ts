import { checkSamePlace, farthestApart, type StoredOrder, type Volume } from '@clickseg/example-dataset';

/** How a label map lies elsewhere than its scan. */
interface Apart {
  /** Of the corner voxel that lies farthest from the scan's. */
  readonly mm: number;
  /** Whether both files store their voxels along the same axes, so that the map can be taken voxel for voxel. */
  readonly alike: boolean;
  /** What `checkSamePlace` says of it. */
  readonly why: Error;
}

/**
 * How a label map of the scan's shape lies elsewhere; `undefined` where it does not, or either does not say where it lies.
 * Headers round, and writers drop a tilt or a shift: that moves all voxels together. An axis that is flipped or permuted
 * would pair each voxel with another one.
 */
export function whyApart(scan: Placed, map: Placed, name: string): Apart | undefined {
  if (![scan, map].every(isPlaced)) return undefined;
  try {
    checkSamePlace(name, scan.volume, map.volume);
    return undefined;
  } catch (error) {
    return {
      mm: farthestApart(scan.volume, map.volume),
      alike: storedAlike(scan.volume, map.volume),
      why: error as Error,
    };
  }
}

interface Placed {
  readonly volume: Volume;
  readonly oriented: boolean;
  readonly measured: boolean;
}

/** Whether a file says where its voxels lie: a NIfTI without sform and qform knows their size alone. */
const isPlaced = ({ volume: { grid }, oriented, measured }: Placed): boolean =>
  oriented && measured && (grid === undefined || grid.sformCode > 0 || grid.qformCode > 0);

/** Whether the voxels of two volumes of one shape stand in one order in their files. */
function storedAlike(one: Volume, other: Volume): boolean {
  const [depth, height, width] = one.shape;
  const [a, b] = [orderOf(one), orderOf(other)];
  // Where there is one voxel alone along an axis, it does not matter which way that runs.
  const same = (size: number, axis: 'x' | 'y' | 'z') => size === 1 || a.step[axis] === b.step[axis];
  return a.first === b.first && same(width, 'x') && same(height, 'y') && same(depth, 'z');
}

/** A volume that comes from no file is as one that is stored in radiological view. */
const orderOf = ({ grid, source, shape: [, height, width] }: Volume): StoredOrder =>
  grid?.order ?? source?.order ?? { first: 0, step: { x: 1, y: width, z: width * height } };
