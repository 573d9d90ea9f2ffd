import { radiologicalAffine, type Volume } from '@clickseg/example-dataset';
import { beforeEach, expect, it, vi } from 'vitest';
import { showScan } from '../src/actions/open.ts';
import { SAVES } from '../src/actions/save.ts';
import { go } from '../src/actions/view.ts';
import { save } from '../src/files/save.ts';
import { said, structures } from '../src/state/store.ts';
import { untouched } from '../src/state/structure.ts';
import type { View } from '../src/viewer/view.ts';
import { gate } from './gate.ts';

// What is written takes its time: another slice or scan may be there when it is done.
const written = vi.hoisted(() => ({ pass: (): Promise<void> => Promise.resolve() }));
const late = async () => {
  await written.pass();
  return new Uint8Array(1);
};
vi.mock('../src/engine/predict.ts', async () => (await import('./fake-engine.ts')).predictions);
vi.mock('../src/engine/model.ts', async () => (await import('./fake-engine.ts')).models);
vi.mock('../src/keep/keep-work.ts', () => ({ keepScan: () => undefined, forget: async () => undefined }));
vi.mock('../src/files/save.ts', () => ({ save: vi.fn() }));
vi.mock('../src/export/picture.ts', () => ({ picture: () => late() }));
vi.mock('../src/export/clicks-json.ts', () => ({ clicksJson: () => late() }));
vi.mock('../src/export/dicom-seg.ts', () => ({ dicomSeg: () => late() }));

const MASK = { x: 1, y: 1, width: 1, height: 1, data: new Uint8Array([1]), pixels: 1 };
/** A scan with a structure outlined on its third slice, or none. */
const open = (name: string, mask?: typeof MASK) => {
  const volume: Volume = {
    data: new Float32Array(5 * 8 * 8),
    shape: [5, 8, 8],
    spacing: { x: 1, y: 1, z: 1 },
    affine: radiologicalAffine({ x: 1, y: 1, z: 1 }),
    source: {} as Volume['source'],
  };
  showScan({ name, volume, oriented: true, measured: true });
  const slices = new Map(mask && [[2, { ...untouched(), mask }]]);
  structures.value = structures.value.map((each) => ({ ...each, slices }));
};

beforeEach(() => vi.mocked(save).mockClear());

it.each([
  ['picture', 'a-3.png'],
  ['clicks', 'a-clicks.json'],
  ['seg', 'a-seg.dcm'],
] as const)(
  'names the %s after the scan and slice that it is of, whatever is open when it is written',
  async (id, name) => {
    const writing = gate();
    written.pass = writing.pass;
    open('a.nii', MASK);
    writing.hold();
    const saving = SAVES[id].run({} as View);
    // A scan whose masks all answer needs a moment before it is written.
    await new Promise((resolve) => setTimeout(resolve));
    go(4);
    open('b.nii');
    writing.open();
    await saving;
    expect(vi.mocked(save).mock.calls.map(([, as]) => as)).toEqual([name]);
  },
);

it.each([
  ['mask', 'a-clickseg.nii saved: 1 structure.', 'Nothing is outlined yet.'],
  ['mask-png', 'a-labels-3.png saved: 1 structure.', 'Nothing is outlined on this slice yet.'],
  ['contours', 'a-contours.json saved: 1 structure.', 'Nothing is outlined yet.'],
  ['seg', 'a-seg.dcm saved: 1 structure.', 'Nothing is outlined yet.'],
  ['picture', 'a-3.png saved.', undefined],
  ['clicks', 'a-clicks.json saved: 0 clicks.', undefined],
] as const)('says what it saved as %s, or that there was nothing to save', async (id, done, none) => {
  open('a.nii', MASK);
  await SAVES[id].run({} as View);
  expect(said.value).toEqual({ text: done, fault: false });
  expect(save).toHaveBeenCalledOnce();
  if (none === undefined) return;
  open('a.nii');
  await SAVES[id].run();
  expect(said.value).toEqual({ text: none, fault: true });
  expect(save).toHaveBeenCalledOnce();
});
