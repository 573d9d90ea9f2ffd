import { ClicksegError } from './errors.ts';
import { describe } from './raster.ts';

/** Spacing by name: mm (or any one unit) between pixel centres along x (columns), y (rows) and z (slices). */
export interface NamedSpacing {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
}

/** Spacing in the array's own axis order: `[row, column]` or `[slice, row, column]`. */
export type AxisOrderSpacing = readonly number[];

/** Pixel spacing, either by name or in the array's own axis order. */
export type Spacing = NamedSpacing | AxisOrderSpacing;

/** Far beyond any unit, and well within where squares of distances and of areas leave the doubles for Infinity or 0. */
const [LEAST, MOST] = [1e-50, 1e50];

/**
 * Spacing as one number an axis, in the array's own axis order; unit spacing where none is given.
 *
 * @param dims - 2 or 3, the length of the array's shape
 * @throws ClicksegError `invalid-spacing` for a wrong length, or a value that is not from 1e-50 to 1e50
 */
export function axisSpacing(spacing: Spacing | undefined, dims: number, what = 'spacing'): number[] {
  if (spacing === undefined) return new Array<number>(dims).fill(1);
  if (typeof spacing !== 'object' || spacing === null) {
    const names = dims === 3 ? '{ x, y, z }, nor [slice, row, column]' : '{ x, y }, nor [row, column]';
    throw new ClicksegError('invalid-spacing', `${what}: ${describe(spacing)} is neither ${names}`);
  }
  const list = isAxisOrder(spacing)
    ? [...spacing]
    : dims === 3
      ? [spacing.z as number, spacing.y, spacing.x]
      : [spacing.y, spacing.x];
  if (list.length !== dims) {
    throw new ClicksegError(
      'invalid-spacing',
      `${what}: ${describe(list)} has ${list.length} values for ${dims} axes`,
    );
  }
  for (const s of list) {
    if (typeof s !== 'number' || !Number.isFinite(s) || s <= 0) {
      throw new ClicksegError(
        'invalid-spacing',
        `${what}: ${describe(s)} in ${describe(list)} is not finite and above 0`,
      );
    }
    if (s < LEAST || s > MOST) {
      throw new ClicksegError(
        'invalid-spacing',
        `${what}: ${s} is not from ${LEAST} to ${MOST}, be it mm or any other unit`,
      );
    }
  }
  return list;
}

function isAxisOrder(spacing: Spacing): spacing is AxisOrderSpacing {
  return Array.isArray(spacing) || ArrayBuffer.isView(spacing);
}
