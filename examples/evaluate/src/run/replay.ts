import { ClicksegError, type DenseRaster } from '@clickseg/raster';
import { PIXELS } from '../methods/method.ts';
import { clicksOf, type Replay } from '../report/gallery.ts';
import type { Run } from './open-run.ts';
import { structureOf } from './structure-of.ts';

/** Does recorded interactions again: the same clicks, one prediction each, as the recording had them. */
export function createReplay({ catalogue, context }: Run): Replay {
  return async (record, most) => {
    const entry = catalogue.chunks.find(
      ({ entry: e }) => e.group === record.group && e.case === record.image,
    )?.entry;
    context.signal?.throwIfAborted();
    const method = context.methods.find((m) => m.name === record.method);
    if (!entry || !method) {
      const what = entry ? `method ${record.method}` : `image ${record.image}`;
      throw new ClicksegError('invalid-option', `replay: this run has no ${what}`);
    }
    const { image, gt, spacing } = structureOf(await context.load(entry), entry, record.slice, record.id);
    const answers = await method.open(image, spacing);
    const clicks = clicksOf(record, most);
    const masks: DenseRaster<Uint8Array>[] = [];
    try {
      for (let n = 1; n <= clicks.length; n++) masks.push(await answers.predict(clicks.slice(0, n)));
    } finally {
      await answers.close();
    }
    // Pictures alone need one, to draw pixels as wide and high as they are.
    return { image, gt, spacing: spacing ?? PIXELS, masks };
  };
}
