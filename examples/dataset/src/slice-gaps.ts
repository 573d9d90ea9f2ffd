import { ClicksegError } from '@clickseg/raster';
import type { DicomHeader } from './dicom-header.ts';

/** Where a slice of a series lies along the slice normal, mm. */
export interface SlicePlace {
  readonly name: string;
  readonly at: number;
  readonly header: DicomHeader;
}

/** Wider than the narrowest gap by this factor, a gap is none of the narrow ones. */
const WIDE = 1.5;
/** By how much steps may differ, of the step. */
const UNEVEN = 0.1;

/**
 * Checks that slices, in order, lie at even distances and that none is missing among them. Slices that are missing at even
 * distances, such as every second one, leave a sound stack of wider steps: they are noticed only where the files say so
 * twice, see {@link stepsOver}. Those missing at either end are not noticed.
 *
 * @throws ClicksegError `invalid-file` with the two slices that lie too close or too far apart
 */
export function checkGaps(places: readonly SlicePlace[]): void {
  const gaps = places.slice(1).map(({ at }, i) => at - places[i].at);
  const close = gaps.findIndex((gap) => gap < 1e-3);
  if (close >= 0) {
    const [a, b] = [places[close], places[close + 1]];
    throw new ClicksegError('invalid-file', `${b.name}: at the same place as ${a.name}`);
  }
  const step = stepOf(gaps);
  gaps.forEach((gap, i) => {
    if (Math.abs(gap - step) <= UNEVEN * step) return;
    const over = Math.round(gap / step);
    const missing = over > 1 && Math.abs(gap - over * step) <= UNEVEN * step;
    const why = missing ? 'a slice is missing' : 'slices lie at uneven distances';
    const [a, b] = [places[i], places[i + 1]];
    throw new ClicksegError(
      'invalid-file',
      `${b.name}: ${gap.toFixed(2)} mm after ${a.name}, where the series steps ${step.toFixed(2)} mm; ${why}`,
    );
  });
  const steps = stepsOver(places, step);
  if (steps === undefined) return;
  throw new ClicksegError(
    'invalid-file',
    `${places[1].name}: ${step.toFixed(2)} mm after ${places[0].name} and so on, ${steps} times its SpacingBetweenSlices, and InstanceNumbers go up by ${steps}; slices are missing`,
  );
}

/**
 * The middle one of the narrow gaps, as of few slices the gap at a missing one may be the middle of all; but of all where the narrow
 * ones are fewer than half, as where a slice too many lies between two others.
 */
function stepOf(gaps: readonly number[]): number {
  const sorted = [...gaps].sort((a, b) => a - b);
  const narrow = sorted.filter((gap) => gap < WIDE * sorted[0]);
  const counted = 2 * narrow.length < sorted.length ? sorted : narrow;
  return counted[counted.length >> 1];
}

/**
 * By how many slices the files go on at a time where that is more than one: as SpacingBetweenSlices says, and
 * InstanceNumber too. Neither alone will do: the first is often wrong (by sign, or the gap between slices' edges, or their
 * thickness), and numbers may have other reasons to leave some out (echoes, phases).
 */
function stepsOver(places: readonly SlicePlace[], step: number): number | undefined {
  if (places.length < 2) return undefined;
  const between = Math.abs(Number(places[0].header.SpacingBetweenSlices));
  const steps = Math.round(step / between);
  if (!(steps >= 2 && Math.abs(step - steps * between) <= 0.02 * between)) return undefined;
  const numbers = places.map(({ header }) => Number(header.InstanceNumber ?? Number.NaN));
  const apart = numbers.slice(1).map((n, i) => Math.abs(n - numbers[i]));
  return apart.every((n) => n === steps) ? steps : undefined;
}
