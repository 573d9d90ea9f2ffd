import { sliceOf, writeNifti } from '@clickseg/example-dataset';
import { encode } from 'fast-png';
import { clicksJson } from '../export/clicks-json.ts';
import { contoursJson } from '../export/contours-json.ts';
import { dicomSeg } from '../export/dicom-seg.ts';
import { labelMap } from '../export/label-map.ts';
import { type Drawn, picture } from '../export/picture.ts';
import { save } from '../files/save.ts';
import { counted } from '../state/counted.ts';
import { scanLife } from '../state/lifetime.ts';
import { fillOpacity } from '../state/settings.ts';
import { say, scan, slice, structures } from '../state/store.ts';
import { countPixels, type SliceWork } from '../state/structure.ts';
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

/**
 * Saves masks once they answer to their clicks. Where a prediction fails they are saved as they are, which is said.
 * @param run - saves, and answers what is said of it; `undefined` where there was nothing to save
 */
async function answeredFirst(
  run: () => string | undefined | Promise<string | undefined>,
  where = '',
): Promise<void> {
  const life = scanLife();
  const failed = await settledEverywhere();
  // With another scan it would be that one's.
  if (life.aborted) return;
  const told = await run();
  if (life.aborted) return;
  const unsure =
    failed > 0 ? ` But ${counted(failed, 'mask')} could not be computed from the last clicks.` : '';
  if (told === undefined) say(`Nothing is outlined${where} yet.${unsure}`, true);
  else say(`${told}${unsure}`, failed > 0);
}

/** How many structures have a pixel. */
const outlined = (): number => structures.value.filter((each) => countPixels(each) > 0).length;

const savedAs = (name: string): string => `${name} saved: ${counted(outlined(), 'structure')}.`;

function saveMask(): string | undefined {
  if (scan.value === undefined || outlined() === 0) return undefined;
  const { volume } = scan.value;
  const labels = { ...volume, data: labelMap(volume, structures.value) };
  const name = `${base()}-clickseg.nii`;
  // On the file's own grid: other programs pair scan and labels voxel by voxel.
  save(writeNifti(labels, { grid: volume.grid }), name);
  return savedAs(name);
}

function saveMaskPng(): Promise<void> {
  // The slice that is shown now: another may be when all is answered.
  const at = slice.value;
  return answeredFirst(() => writeMaskPng(at), ' on this slice');
}

function writeMaskPng(at: number): string | undefined {
  const here = structures.value.filter(({ slices }) => slices.get(at)?.mask.pixels).length;
  if (scan.value === undefined || here === 0) return undefined;
  const { volume } = scan.value;
  const { data } = sliceOf({ ...volume, data: labelMap(volume, structures.value) }, at);
  const [, height, width] = volume.shape;
  const name = `${base()}-labels-${at + 1}.png`;
  const depth = data instanceof Uint16Array ? 16 : 8;
  save(encode({ width, height, data, channels: 1, depth }), name, 'image/png');
  return `${name} saved: ${counted(here, 'structure')}.`;
}

async function savePicture(view: Drawn): Promise<void> {
  // Named now: another slice or scan may be there when it is drawn.
  const [name, life] = [`${base()}-${slice.value + 1}.png`, scanLife()];
  save(await picture(view, structures.value, slice.value, fillOpacity.value), name);
  if (!life.aborted) say(`${name} saved.`);
}

function saveContours(): string | undefined {
  if (scan.value === undefined || outlined() === 0) return undefined;
  const name = `${base()}-contours.json`;
  save(contoursJson(scan.value, structures.value), name, 'application/json');
  return savedAs(name);
}

async function saveClicks(): Promise<void> {
  if (scan.value === undefined) return;
  // Named and counted now: another scan may be opened while it is written.
  const [name, life] = [`${base()}-clicks.json`, scanLife()];
  const works = structures.value.flatMap(({ slices }) => [...slices.values()]);
  const all = works.reduce((sum, { clicks }) => sum + clicks.length, 0);
  const loaded = works.filter(isLoaded).length;
  save(await clicksJson(scan.value, structures.value), name, 'application/json');
  if (life.aborted) return;
  const more =
    loaded > 0
      ? ` ${counted(loaded, 'mask')} of a label map without clicks ${loaded === 1 ? 'is' : 'are'} not in it: save the label map too.`
      : '';
  say(`${name} saved: ${counted(all, 'click')}.${more}`);
}

const isLoaded = ({ source, clicks }: SliceWork): boolean => source === 'file' && clicks.length === 0;

async function saveSeg(): Promise<string | undefined> {
  const { volume } = scan.value ?? {};
  if (volume?.source === undefined || outlined() === 0) return undefined;
  const segments = structures.value.map(({ label, name, color }) => ({ label, name, color }));
  const labels = labelMap(volume, structures.value);
  const name = `${base()}-seg.dcm`;
  const told = savedAs(name);
  const file = await dicomSeg({ source: volume.source, labels, shape: volume.shape, segments });
  save(file, name, 'application/dicom');
  return told;
}
