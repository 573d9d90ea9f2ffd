import { radiologicalAffine, type Volume } from '@clickseg/example-dataset';
import { beforeEach, expect, it, vi } from 'vitest';
import { showScan } from '../src/actions/open.ts';
import { SAVES } from '../src/actions/save.ts';
import { go } from '../src/actions/view.ts';
import { save } from '../src/files/save.ts';
import { said, structures } from '../src/state/store.ts';
import { newStructure, type Structure, untouched } from '../src/state/structure.ts';
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

const view = { slice: vi.fn() };
const run = (id: keyof typeof SAVES) =>
  (SAVES[id].run as (view: View) => Promise<void>)(view as unknown as View);
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
    const saving = run(id);
    // A scan whose masks all answer needs a moment before it is written.
    await new Promise((resolve) => setTimeout(resolve));
    go(4);
    open('b.nii');
    writing.open();
    await saving;
    expect(vi.mocked(save).mock.calls.map(([, as]) => as)).toEqual([name]);
  },
);

const EMPTY = 'handed to the browser to save: nothing is outlined in it.';
it.each([
  ['mask', 'a-clickseg.nii handed to the browser to save: 1 structure.', `a-clickseg.nii ${EMPTY}`],
  ['mask-png', 'a-labels-3.png handed to the browser to save: 1 structure.', `a-labels-3.png ${EMPTY}`],
  ['contours', 'a-contours.json handed to the browser to save: 1 structure.', 'Nothing is outlined.'],
  ['seg', 'a-seg.dcm handed to the browser to save: 1 structure.', 'Nothing is outlined.'],
  ['picture', 'a-3.png handed to the browser to save.', undefined],
  ['clicks', 'a-clicks.json handed to the browser to save: 0 clicks.', undefined],
] as const)('says what it saved as %s, or that nothing is outlined', async (id, done, none) => {
  open('a.nii', MASK);
  await run(id);
  expect(said.value).toEqual({ text: done, fault: false });
  expect(save).toHaveBeenCalledOnce();
  if (none === undefined) return;
  open('a.nii');
  await run(id);
  // That nothing is found is a result too, where the format can hold it.
  const refused = none === 'Nothing is outlined.';
  expect(said.value).toEqual({ text: none, fault: refused });
  expect(save).toHaveBeenCalledTimes(refused ? 1 : 2);
});

it.each(['mask', 'mask-png', 'seg', 'contours'] as const)(
  'names what lies wholly under another structure, and so is not in the %s',
  async (id) => {
    open('a.nii', MASK);
    const [under] = structures.value as [Structure];
    const over = newStructure(structures.value, 'Over');
    structures.value = [under, { ...over, slices: under.slices }];
    await run(id);
    const told = said.value.text.replace(/^.*?: /, '');
    expect(told).toBe(
      id === 'contours'
        ? '2 structures.'
        : '1 structure; Structure 1 lies wholly under another and is not in it.',
    );
  },
);

it('counts the clicks that were placed, and those of masks that were carried apart', async () => {
  open('a.nii', MASK);
  const clicks = [1, 2].map((id) => ({ id, x: 1, y: 1, label: 'foreground' as const }));
  structures.value = structures.value.map((each) => ({
    ...each,
    slices: new Map([
      [2, { ...untouched(), mask: MASK, clicks }],
      [3, { ...untouched(), mask: MASK, clicks: clicks.slice(1), source: 'carried' as const }],
    ]),
  }));
  await run('clicks');
  expect(said.value.text).toBe(
    'a-clicks.json handed to the browser to save: 2 clicks, and 1 that masks came with.',
  );
});

it('shows the slice that a picture is named after before it copies it', async () => {
  open('a.nii', MASK);
  go(4);
  view.slice.mockClear();
  await run('picture');
  expect(view.slice.mock.calls.map(([, at]) => at)).toEqual([4]);
  expect(vi.mocked(save).mock.calls.map(([, as]) => as)).toEqual(['a-5.png']);
});
