import type { Click } from '@clickseg/guidance';
import type { DenseRaster } from '@clickseg/raster';
import type { InteractionRecord } from '../run/record.ts';
import type { Tally } from '../tally/tally.ts';
import { escapeHtml } from './html.ts';
import { mayBeShown } from './licence.ts';
import { drawPicture } from './picture.ts';
import { selectCases } from './select-cases.ts';

/** Pictures of single cases, as a part of the page. */
export interface Gallery {
  readonly html: string;
}

/** A recorded interaction, done again. */
export type Replay = (
  record: InteractionRecord,
  clicks: number,
) => Promise<{
  readonly image: DenseRaster;
  readonly gt: DenseRaster<Uint8Array>;
  readonly mask: DenseRaster<Uint8Array>;
}>;

/**
 * Draws the best, the median and the worst case of every group that may be shown, by doing them again.
 * @param licences - of each group, in its data folder's words
 */
export async function makeGallery(tally: Tally, replay: Replay): Promise<Gallery> {
  const [method] = tally.header.about.methods;
  const parts: string[] = [
    `<p class="note">${escapeHtml(method)} after ${tally.tableClicks} clicks. White, dashed: the reference. Orange: the answer. Blue with +: a foreground click; red with −: a background click.</p>`,
  ];
  const hidden: string[] = [];
  for (const { group, licence } of tally.header.about.groups) {
    if (!mayBeShown(licence)) {
      hidden.push(group);
      continue;
    }
    const cases = selectCases(tally, group, method);
    if (cases.length === 0) continue;
    const figures: string[] = [];
    for (const { kind, dice, record } of cases) {
      const { image, gt, mask } = await replay(record, tally.tableClicks);
      const clicks = clicksOf(record, tally.tableClicks);
      const words = `${kind}: Dice ${dice.toFixed(3)}, ${record.structure}, ${record.image}, slice ${record.slice}`;
      figures.push(
        `<figure>${drawPicture({ image, gt, mask, clicks })}<figcaption>${escapeHtml(words)}</figcaption></figure>`,
      );
    }
    parts.push(`<h3>${escapeHtml(group)}</h3><div class="gallery">${figures.join('')}</div>`);
  }
  if (hidden.length > 0) {
    parts.push(
      `<p class="note">Not shown, for want of a licence that allows it: ${escapeHtml(hidden.join(', '))}.</p>`,
    );
  }
  return { html: parts.join('\n') };
}

/** The first clicks of a record. */
export const clicksOf = ({ clicks }: InteractionRecord, most: number): Click[] =>
  clicks
    .slice(0, most)
    .map(([x, y, foreground]) => ({ x, y, label: foreground === 1 ? 'foreground' : 'background' }));
