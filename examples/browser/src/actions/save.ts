import { sliceOf, type Volume, writeNifti } from '@clickseg/example-dataset';
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
import { outlinesShown, say, scan, slice, structures } from '../state/store.ts';
import { countClicks, countPixels, type SliceWork, type Structure } from '../state/structure.ts';
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
async function answeredFirst(run: () => string | undefined | Promise<string | undefined>): Promise<void> {
  const life = scanLife();
  const failed = await settledEverywhere();
  // With another scan it would be that one's.
  if (life.aborted) return;
  const told = await run();
  if (life.aborted) return;
  const unsure =
    failed > 0 ? ` But ${counted(failed, 'mask')} could not be computed from the last clicks.` : '';
  if (told === undefined) say(`Nothing is outlined.${unsure}`, true);
  else say(`${told}${unsure}`, failed > 0);
}

/** The structures that have a pixel. */
const outlined = (): Structure[] => structures.value.filter((each) => countPixels(each) > 0);

/** What is said of a file. Whether and where it comes to lie the browser alone knows, which may ask first. */
const handed = (name: string, what?: string): string =>
  `${name} handed to the browser to save${what ? `: ${what}` : ''}.`;

/** What is in a label map, and what is not: a structure may lie under another. @param own - those with a pixel where it is of */
function contents(labels: Uint8Array | Uint16Array, own: readonly Structure[]): string {
  if (own.length === 0) return 'nothing is outlined in it';
  const present = new Set<number>();
  // A set is asked only where the label changes.
  for (let i = 0, last = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== last && label !== 0) present.add(label);
    last = label;
  }
  const shown = counted(present.size, 'structure');
  const under = own.filter(({ label }) => !present.has(label)).map(({ name }) => name);
  if (under.length === 0) return shown;
  const [lie, are] = under.length === 1 ? ['lies', 'is'] : ['lie', 'are'];
  return `${shown}; ${under.join(', ')} ${lie} wholly under another and ${are} not in it`;
}

function saveMask(): string | undefined {
  if (scan.value === undefined) return undefined;
  const { volume } = scan.value;
  const data = labelMap(volume, structures.value);
  const labels = { ...volume, data };
  const name = `${base()}-clickseg.nii`;
  // On the file's own grid: other programs pair scan and labels voxel by voxel.
  save(writeNifti(labels, { grid: volume.grid }), name);
  return handed(name, contents(data, outlined()));
}

function saveMaskPng(): Promise<void> {
  // The slice that is shown now: another may be when all is answered.
  const at = slice.value;
  return answeredFirst(() => writeMaskPng(at));
}

function writeMaskPng(at: number): string | undefined {
  if (scan.value === undefined) return undefined;
  const here = structures.value.filter(({ slices }) => slices.get(at)?.mask.pixels);
  const { volume } = scan.value;
  const { data } = sliceOf({ ...volume, data: labelMap(volume, structures.value) }, at);
  const [, height, width] = volume.shape;
  const name = `${base()}-labels-${at + 1}.png`;
  const depth = data instanceof Uint16Array ? 16 : 8;
  save(encode({ width, height, data, channels: 1, depth }), name, 'image/png');
  return handed(name, contents(data, here));
}

/** What shows a slice at once. */
interface Sliced {
  slice(volume: Volume, index: number): void;
}

async function savePicture(view: Drawn & Sliced): Promise<void> {
  if (scan.value === undefined) return;
  // It would come with the next frame only.
  view.slice(scan.value.volume, slice.value);
  // Named now: another slice or scan may be there when it is drawn.
  const [name, life] = [`${base()}-${slice.value + 1}.png`, scanLife()];
  const shown = outlinesShown.value ? structures.value : [];
  save(await picture(view, shown, slice.value, fillOpacity.value), name);
  if (!life.aborted) say(handed(name));
}

function saveContours(): string | undefined {
  if (scan.value === undefined || outlined().length === 0) return undefined;
  const name = `${base()}-contours.json`;
  save(contoursJson(scan.value, structures.value), name, 'application/json');
  return handed(name, counted(outlined().length, 'structure'));
}

async function saveClicks(): Promise<void> {
  if (scan.value === undefined) return;
  // Named and counted now: another scan may be opened while it is written.
  const [name, life] = [`${base()}-clicks.json`, scanLife()];
  const works = structures.value.flatMap(({ slices }) => [...slices.values()]);
  const all = works.reduce((sum, { clicks }) => sum + clicks.length, 0);
  const own = structures.value.reduce((sum, each) => sum + countClicks(each), 0);
  const given = all > own ? `, and ${all - own} that masks came with` : '';
  const loaded = works.filter(isLoaded).length;
  save(await clicksJson(scan.value, structures.value), name, 'application/json');
  if (life.aborted) return;
  const more =
    loaded > 0
      ? ` ${counted(loaded, 'mask')} of a label map without clicks ${loaded === 1 ? 'is' : 'are'} not in it: save the label map too.`
      : '';
  say(`${handed(name, `${counted(own, 'click')}${given}`)}${more}`);
}

const isLoaded = ({ source, clicks }: SliceWork): boolean => source === 'file' && clicks.length === 0;

async function saveSeg(): Promise<string | undefined> {
  const { volume } = scan.value ?? {};
  if (volume?.source === undefined || outlined().length === 0) return undefined;
  const segments = structures.value.map(({ label, name, color }) => ({ label, name, color }));
  const labels = labelMap(volume, structures.value);
  const name = `${base()}-seg.dcm`;
  const told = handed(name, contents(labels, outlined()));
  const file = await dicomSeg({ source: volume.source, labels, shape: volume.shape, segments });
  save(file, name, 'application/dicom');
  return told;
}
