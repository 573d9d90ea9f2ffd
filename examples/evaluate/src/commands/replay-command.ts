import { dice } from '@clickseg/metrics';
import { ClicksegError } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';
import { readLine, readRecords } from '../run/read-records.ts';
import { type InteractionRecord, keyOf, UNITS } from '../run/record.ts';
import { createReplay } from '../run/replay.ts';
import { type MachineOptions, recordFiles } from './common.ts';
import { EXIT } from './exit.ts';
import { openRecordedRun } from './recorded-run.ts';

export interface ReplayOptions extends MachineOptions {
  /** How many records, drawn with the run's seed; undefined: all. */
  readonly sample?: number;
}

/** Makes recorded clicks again and compares the Dice after each with the recorded one. Returns the exit code. */
export async function replayCommand(places: readonly string[], options: ReplayOptions): Promise<number> {
  const { sample } = options;
  if (sample !== undefined && !(Number.isSafeInteger(sample) && sample >= 1)) {
    throw new ClicksegError('invalid-option', `replay: --sample ${sample} is not a whole number from 1`);
  }
  const paths = recordFiles(places);
  const run = await openRecordedRun(paths[0], options);
  try {
    const found: Parameters<typeof readLine>[0][] = [];
    for (const path of paths) {
      readRecords(path, (line, place) => {
        if ('method' in line) found.push(place);
      });
    }
    const random = seededRandom(run.settings.seed);
    const chosen = found
      .map((place) => ({ place, key: random() }))
      .sort((a, b) => a.key - b.key)
      .slice(0, sample ?? found.length);
    const replay = createReplay(run);
    let differing = 0;
    for (const { place } of chosen) {
      const record = readLine(place) as InteractionRecord;
      const { gt, masks } = await replay(record, record.clicks.length);
      const again = masks.map((mask) => Math.round(dice(mask, gt) * UNITS.score) / UNITS.score);
      const at = again.findIndex((value, n) => value !== record.dice[n]);
      if (at < 0) continue;
      differing++;
      const what = keyOf(record).replaceAll('\n', ', ');
      console.error(`${what}: Dice ${again[at]} after click ${at + 1}, recorded ${record.dice[at]}`);
    }
    console.error(`${chosen.length} of ${found.length} records replayed, ${differing} with other scores`);
    return differing === 0 ? EXIT.complete : EXIT.incomplete;
  } finally {
    await run.close();
  }
}
