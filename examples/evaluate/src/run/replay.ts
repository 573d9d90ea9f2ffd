import { sliceOf } from '@clickseg/example-dataset/node';
import { ClicksegError, type DenseRaster, raster } from '@clickseg/raster';
import { clicksOf, type Replay } from '../report/gallery.ts';
import type { Run } from './open-run.ts';

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
    const { image: volume, label } = await context.load(entry);
    const labels = sliceOf(label, record.slice);
    const image = sliceOf(volume, record.slice);
    const gt = raster(
      Uint8Array.from(labels.data, (v) => (v === record.id ? 1 : 0)),
      labels.shape,
    );
    const spacing = { x: volume.spacing.x, y: volume.spacing.y };
    const answers = await method.open(image, entry.spacingKnown === false ? undefined : spacing);
    const clicks = clicksOf(record, most);
    const masks: DenseRaster<Uint8Array>[] = [];
    try {
      for (let n = 1; n <= clicks.length; n++) masks.push(await answers.predict(clicks.slice(0, n)));
    } finally {
      await answers.close();
    }
    return { image, gt, spacing, masks };
  };
}
