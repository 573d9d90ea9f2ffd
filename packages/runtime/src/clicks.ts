import type { Click, PlacedClick } from '@clickseg/guidance';
import { ClicksegError, describe } from '@clickseg/raster';

/**
 * Checks a position: finite and on a pixel of the image, so from -0.5 (included) to n - 0.5.
 * @throws ClicksegError `invalid-point`, with the point and the image's size
 */
export function checkPoint(
  point: { readonly x: number; readonly y: number },
  shape: readonly number[],
): void {
  if (typeof point !== 'object' || point === null) {
    throw new ClicksegError('invalid-point', `click: expected { x, y }, got ${describe(point)}`);
  }
  const { x, y } = point;
  const [h, w] = shape;
  const inside = (p: number, n: number) => typeof p === 'number' && p >= -0.5 && p < n - 0.5;
  if (!inside(x, w) || !inside(y, h)) {
    const where = `x ${describe(x)}, y ${describe(y)}`;
    throw new ClicksegError(
      'invalid-point',
      `click: ${where} lies outside the image of width ${w}, height ${h}`,
    );
  }
}

/**
 * Checks a whole click.
 * @throws ClicksegError `invalid-point`, also for an unknown label
 */
export function checkClick(click: Click, shape: readonly number[]): void {
  checkPoint(click, shape);
  if (click.label !== 'foreground' && click.label !== 'background') {
    const got = describe(click.label);
    throw new ClicksegError('invalid-point', `click: label ${got} is neither 'foreground' nor 'background'`);
  }
}

/**
 * The click of an id.
 * @throws ClicksegError `unknown-click`
 */
export function findClick(clicks: readonly PlacedClick[], id: number): PlacedClick {
  const found = clicks.find((click) => click.id === id);
  if (found === undefined) {
    const known = clicks.map((click) => click.id).join(', ');
    throw new ClicksegError(
      'unknown-click',
      `click: no click has the id ${describe(id)}; there are: ${known}`,
    );
  }
  return found;
}
