import type { Click } from '@clickseg/guidance';
import { compareMasks, dice } from '@clickseg/metrics';
import type { DenseRaster, NamedSpacing } from '@clickseg/raster';
import { nextClick, type Random, seededRandom } from '@clickseg/simulate';
import type { Annotator, Method } from '../methods/method.ts';
import { randomClick } from '../methods/random-click.ts';
import type { Settings } from '../settings.ts';
import { type InteractionRecord, UNITS } from './record.ts';

/** What an annotator is given: a slice and the structure on it. */
export interface Assignment {
  readonly image: DenseRaster;
  /** 0 and 1. */
  readonly gt: DenseRaster<Uint8Array>;
  /** Undefined where it is not known: a network opens the slice without one, and distances are in pixels. */
  readonly spacing: NamedSpacing | undefined;
  readonly seed: number;
}

type Scores = Pick<
  InteractionRecord,
  'clicks' | 'dice' | 'hausdorff' | 'meanDistance' | 'surfaceDice' | 'ms'
>;

/** Lets the simulated annotator correct a method's mask of one structure, and scores it on the image's own grid. */
export async function annotate(method: Method, work: Assignment, settings: Settings): Promise<Scores> {
  const { gt, spacing } = work;
  const random = seededRandom(work.seed);
  const most = settings.clicks[settings.clicks.length - 1];
  const clicks: Click[] = [];
  const scores: number[] = [];
  const [hausdorff, meanDistance, surfaceDice]: (number | null)[][] = [[], [], []];
  let ms = 0;
  let mask: DenseRaster<Uint8Array> | undefined;
  let started = performance.now();
  const answers = await method.open(work.image, spacing);
  ms += performance.now() - started;
  try {
    for (let n = 1; n <= most; n++) {
      const click = placeClick(method.annotator, { gt, mask, clicks, random, settings });
      if (click) {
        clicks.push(click);
        started = performance.now();
        mask = await answers.predict(clicks);
        ms += performance.now() - started;
        scores.push(rounded(dice(mask, gt), UNITS.score));
      }
      if (!mask || !settings.clicks.includes(n)) continue;
      const found = compareMasks(mask, gt, {
        spacing,
        metrics: ['hausdorff', 'meanAbsoluteDistance', 'surfaceDice'],
        tolerance: settings.tolerance,
      });
      hausdorff.push(roundedIfDefined(found.hausdorff, UNITS.mm));
      meanDistance.push(roundedIfDefined(found.meanAbsoluteDistance, UNITS.mm));
      surfaceDice.push(roundedIfDefined(found.surfaceDice, UNITS.score));
    }
  } finally {
    await answers.close();
  }
  return {
    clicks: clicks.map(({ x, y, label }) => [x, y, label === 'foreground' ? 1 : 0] as const),
    dice: scores,
    hausdorff,
    meanDistance,
    surfaceDice,
    ms: Math.round(ms * 10) / 10,
  };
}

/** A structure's own seed: its clicks depend neither on what else is evaluated nor on who does it, nor on the method. */
export function seedOf(seed: number, image: string, slice: number, structure: string): number {
  // FNV-1a
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}/${image}/${slice}/${structure}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

interface Situation {
  readonly gt: DenseRaster<Uint8Array>;
  readonly mask: DenseRaster<Uint8Array> | undefined;
  readonly clicks: readonly Click[];
  readonly random: Random;
  readonly settings: Settings;
}

function placeClick(
  annotator: Annotator,
  { gt, mask, clicks, random, settings }: Situation,
): Click | undefined {
  return annotator === 'random'
    ? randomClick(gt, mask, random)
    : nextClick(gt, mask, { strategy: settings.strategy, random, clicks });
}

/** Kept digits: whole numbers of a unit, so that sums over records do not depend on their order. */
const rounded = (value: number, units: number): number => Math.round(value * units) / units;

const roundedIfDefined = (value: number | undefined, units: number): number | null =>
  value === undefined || !Number.isFinite(value) ? null : rounded(value, units);
