import type { Click } from '@clickseg/guidance';
import type { DenseRaster, NamedSpacing } from '@clickseg/raster';
import type { InteractionRecord } from '../run/record.ts';
import type { Tally } from '../tally/tally.ts';
import { escapeHtml } from './html.ts';
import { mayBeShown } from './licence.ts';
import { cutOut, drawPicture } from './picture.ts';
import { type SelectedCase, selectCases } from './select-cases.ts';

/** Pictures of single cases, as a part of the page. */
export interface Gallery {
  readonly html: string;
}

/** A recorded interaction, done again up to some number of clicks: the mask after each. */
export type Replay = (
  record: InteractionRecord,
  clicks: number,
) => Promise<{
  readonly image: DenseRaster;
  readonly gt: DenseRaster<Uint8Array>;
  /** Of the slice. */
  readonly spacing: NamedSpacing;
  readonly masks: readonly DenseRaster<Uint8Array>[];
}>;

/**
 * Draws the best, the worst and, click by click, the median case of every group that may be shown, by doing
 * them again.
 */
export async function makeGallery(tally: Tally, replay: Replay): Promise<Gallery> {
  const [method] = tally.header.about.methods;
  const n = tally.tableClicks;
  const parts: string[] = [
    `<p class="note">${escapeHtml(method)}: by Dice after ${n} clicks the best and the worst structure of each data set, and the median one on its way there. White, dashed: the reference. Orange: the answer. Blue with +: a foreground click; red with −: a background click. CT in a soft-tissue window.</p>`,
  ];
  const hidden: string[] = [];
  for (const { group, licence, source } of tally.header.about.groups) {
    if (!mayBeShown(licence)) {
      hidden.push(group);
      continue;
    }
    const cases = selectCases(tally, group, method);
    if (cases.length === 0) continue;
    const figures: string[] = [];
    for (const found of cases) {
      const steps = found.kind === 'median' ? tally.clicks.filter((k) => k <= n).slice(-3) : [n];
      figures.push(...(await drawCase(found, steps, replay)));
    }
    parts.push(
      `<section class="case"><h3>${escapeHtml(group)}</h3><p class="note">${escapeHtml([source, licence].filter(Boolean).join('; '))}</p><div class="gallery">${figures.join('')}</div></section>`,
    );
  }
  if (hidden.length > 0) {
    parts.push(
      `<p class="note">Not shown, for want of a licence that allows it: ${escapeHtml(hidden.join(', '))}.</p>`,
    );
  }
  return { html: parts.join('\n') };
}

/** A picture after each of some numbers of clicks, all of the same part of the slice. */
async function drawCase({ kind, record }: SelectedCase, steps: readonly number[], replay: Replay) {
  const most = steps[steps.length - 1];
  const { image, gt, spacing, masks } = await replay(record, most);
  const shown = steps.map((n) => masks[Math.min(n, masks.length) - 1]);
  const window = cutOut(gt, { masks: shown, clicks: clicksOf(record, most), spacing });
  return steps.map((n) => {
    const last = Math.min(n, masks.length) - 1;
    const svg = drawPicture({ image, gt, mask: masks[last], clicks: clicksOf(record, n), window, spacing });
    const structure = record.structure.replaceAll('_', ' ');
    const after = `${n} ${n === 1 ? 'click' : 'clicks'}`;
    const words = `Dice ${record.dice[last].toFixed(3)} after ${after}`;
    const where = `${structure}, ${record.image}, slice ${record.slice}`;
    return `<figure>${svg}<figcaption><b>${kind}: ${words}</b><br>${escapeHtml(where)}</figcaption></figure>`;
  });
}

/** The first clicks of a record. */
export const clicksOf = ({ clicks }: InteractionRecord, most: number): Click[] =>
  clicks
    .slice(0, most)
    .map(([x, y, foreground]) => ({ x, y, label: foreground === 1 ? 'foreground' : 'background' }));
