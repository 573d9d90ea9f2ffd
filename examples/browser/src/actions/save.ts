import { sliceOf, writeNifti } from '@clickseg/example-dataset';
import { encode } from 'fast-png';
import { clicksJson } from '../export/clicks-json.ts';
import { contoursJson } from '../export/contours-json.ts';
import { dicomSeg } from '../export/dicom-seg.ts';
import { labelMap } from '../export/label-map.ts';
import { picture } from '../export/picture.ts';
import { save } from '../files/save.ts';
import { counted } from '../state/counted.ts';
import { scanLife } from '../state/lifetime.ts';
import { fillOpacity } from '../state/settings.ts';
import { say, scan, slice, structures } from '../state/store.ts';
import type { View } from '../viewer/view.ts';
import { settledEverywhere } from './clicks.ts';

const base = () => (scan.value?.name ?? 'scan').replace(/\.(nii(\.gz)?|dcm|png|ima)$/i, '');

/** What can be saved, in the menu's order. */
export const SAVES = {
  mask: { title: 'Label map (NIfTI)', run: () => answeredFirst(saveMask) },
  'mask-png': { title: 'Label map of this slice (PNG)', run: saveMaskPng },
  picture: { title: 'Picture of this view (PNG)', run: savePicture },
  contours: { title: 'Contours (JSON)', run: () => answeredFirst(saveContours) },
  clicks: { title: 'Clicks (JSON)', run: saveClicks },
  seg: {
    title: 'DICOM SEG',
    hint: 'of a scan that was opened from DICOM',
    run: () => answeredFirst(saveSeg),
    possible: () => scan.value?.volume.source !== undefined,
  },
} as const;

/** Saves masks once they answer to their clicks. Where a prediction fails they are saved as they are, which is said. */
async function answeredFirst(run: () => void | Promise<void>): Promise<void> {
  const life = scanLife();
  const failed = await settledEverywhere();
  // With another scan it would be that one's.
  if (life.aborted) return;
  await run();
  if (failed > 0 && !life.aborted) {
    say(`Saved; but ${counted(failed, 'mask')} could not be computed from the last clicks.`, true);
  }
}

function saveMask(): void {
  if (scan.value === undefined) return;
  const { volume } = scan.value;
  const labels = { ...volume, data: labelMap(volume, structures.value) };
  // On the file's own grid: other programs pair scan and labels voxel by voxel.
  save(writeNifti(labels, { grid: volume.grid }), `${base()}-clickseg.nii`);
}

function saveMaskPng(): Promise<void> {
  // The slice that is shown now: another may be when all is answered.
  const at = slice.value;
  return answeredFirst(() => writeMaskPng(at));
}

function writeMaskPng(at: number): void {
  if (scan.value === undefined) return;
  const { volume } = scan.value;
  const { data } = sliceOf({ ...volume, data: labelMap(volume, structures.value) }, at);
  const [, height, width] = volume.shape;
  save(
    encode({ width, height, data, channels: 1, depth: data instanceof Uint16Array ? 16 : 8 }),
    `${base()}-labels-${at + 1}.png`,
    'image/png',
  );
}

async function savePicture(view: View): Promise<void> {
  // Named now: another slice or scan may be there when it is drawn.
  const name = `${base()}-${slice.value + 1}.png`;
  save(await picture(view, structures.value, slice.value, fillOpacity.value), name);
}

function saveContours(): void {
  if (scan.value)
    save(contoursJson(scan.value, structures.value), `${base()}-contours.json`, 'application/json');
}

async function saveClicks(): Promise<void> {
  if (scan.value === undefined) return;
  // Named and counted now: another scan may be opened while it is written.
  const [name, life] = [`${base()}-clicks.json`, scanLife()];
  const loaded = structures.value.flatMap(({ slices }) => [...slices.values()]).filter(isLoaded).length;
  save(await clicksJson(scan.value, structures.value), name, 'application/json');
  if (loaded > 0 && !life.aborted)
    say(`${loaded} masks came from a label map and have no clicks: save the label map too.`);
}

const isLoaded = ({ source, clicks }: { source: string; clicks: readonly unknown[] }) =>
  source === 'file' && clicks.length === 0;

async function saveSeg(): Promise<void> {
  const { volume } = scan.value ?? {};
  if (volume?.source === undefined) return;
  const segments = structures.value.map(({ label, name, color }) => ({ label, name, color }));
  const labels = labelMap(volume, structures.value);
  const name = `${base()}-seg.dcm`;
  const file = await dicomSeg({ source: volume.source, labels, shape: volume.shape, segments });
  save(file, name, 'application/dicom');
}
