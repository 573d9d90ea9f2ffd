import { readNifti, writeNifti } from '@clickseg/example-dataset';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useApp } from './browser.ts';
import type { App } from './open-app.ts';
import { rod, storedRod, touched } from './scans.ts';

const site = useApp();
let app: App;
beforeEach(async () => {
  app = await site.open();
});
afterEach(() => app.close());

const labelsIn = (data: ArrayLike<number>) => [...new Set(Array.from(data))].sort((a, b) => a - b);
const open = async (name: string, bytes: Uint8Array) => {
  await app.open(name, bytes);
  await app.page.waitForSelector(`body[data-ready="${name}"]`);
};
const start = async (name: string, bytes: Uint8Array) => {
  await app.open(name, bytes, '#start-file');
  await expect.poll(() => app.status()).toContain(`from ${name}`);
};

// RSA: coronal slices, as `i` to the right, `j` to the head, `k` to the front.
it.each(['RAS', 'LAS', 'RSA'] as const)(
  'saves the label map voxel by voxel on the grid of a file stored as %s',
  async (code) => {
    const { bytes, header, voxels } = storedRod(code);
    await open('scan.nii', bytes);
    await app.click(20, 26);
    const saved = new Uint8Array(await app.save('mask'));
    // The header's fields that place the voxels: dim, pixdim, and the qform and sform with their codes.
    expect(header(saved)).toEqual(header(bytes));
    const [scan, labels] = [voxels(bytes), saved.subarray(352)];
    const inside = [...labels.keys()].filter((i) => labels[i] === 1);
    const bright = inside.filter((i) => scan[i] === 180).length;
    // The rod is asymmetric and off the middle in every axis: on a turned grid hardly any voxel would be it.
    expect(inside.length).toBeGreaterThan(100);
    expect(bright / inside.length).toBeGreaterThan(0.8);

    // What was saved still fits the scan, and comes back the same.
    await app.page.keyboard.press('Delete');
    await start('saved.nii', saved);
    expect(new Uint8Array(await app.save('mask'))).toEqual(saved);
  },
);

it('takes no label map that does not lie where the scan does, as one that was saved without its affine', async () => {
  const { page } = app;
  const { bytes } = storedRod('LAS');
  await open('scan.nii', bytes);
  await app.click(20, 26);
  const saved = new Uint8Array(await app.save('mask'));
  // numpy.eye(4) in place of the scan's sform.
  const bare = saved.slice();
  const view = new DataView(bare.buffer);
  for (let i = 0; i < 12; i++) view.setFloat32(280 + 4 * i, Number(i % 5 === 0), true);
  for (const input of ['#truth-file', '#start-file']) {
    await app.open('bare.nii', bare, input);
    await expect.poll(() => app.status()).toMatch(/^bare\.nii: image and label map lie apart: .* mm; save/);
    await app.open('notes.txt', 'x');
    await expect.poll(() => app.status()).toContain('notes.txt');
  }
  await app.open('bare.nii', bare);
  await page.waitForSelector('#question');
  expect(await page.textContent('#question')).toContain('does not lie where the scan does');
  expect(await page.locator('#question [data-use]').count()).toBe(1);
  await page.click('#question form button');
  expect(await page.locator('#truth').count()).toBe(0);
  expect(await page.locator('#structures li').count()).toBe(1);
  // Nothing was done in this scan that it would discard.
  await page.keyboard.press('Delete');
  await app.open('bare.nii', bare);
  await page.waitForSelector('#question');
  expect(await page.textContent('#question [data-use=scan]')).not.toContain('discard');
  await page.click('#question form button');
  // With no form at all a file says nothing of its place.
  new DataView(bare.buffer).setInt16(254, 0, true);
  await app.open('nowhere.nii', bare, '#truth-file');
  await expect.poll(() => app.status()).toContain('nowhere.nii is the truth now');
});

describe('a label map whose voxels stand as the scan’s do', () => {
  /** A label map on the scan's own grid, with other numbers in its sform (row-major, 12). */
  const placed = (scan: Uint8Array, change: Readonly<Record<number, number>>) => {
    const { grid, ...volume } = readNifti(touched(scan, [7]));
    const copy = writeNifti(volume, { grid: readNifti(scan).grid ?? grid });
    const view = new DataView(copy.buffer);
    for (const [i, value] of Object.entries(change)) view.setFloat32(280 + 4 * Number(i), value, true);
    return copy;
  };
  // The rod has 48 x 56 x 5 voxels of 4 x 4 x 3 mm: 0.002 mm too long a step ends 0.09 mm off, within a tenth of 3 mm.
  it.each([
    ['with its step rounded', { 0: -4.002 }, ''],
    // 47 steps of 0.02 mm.
    [
      'with its step rounded more',
      { 0: -4.02 },
      ' m.nii lies 0.94 mm beside the scan; taken voxel for voxel.',
    ],
    ['shifted', { 7: 7.5 + 12.3 }, ' m.nii lies 12.3 mm beside the scan; taken voxel for voxel.'],
    // 0.5 mm down the patient's back with each of 4 steps up.
    ['without its tilt', { 6: 0.5 }, ' m.nii lies 2 mm beside the scan; taken voxel for voxel.'],
  ])('is taken %s', async (_, change, remark) => {
    const { bytes } = storedRod('LAS');
    await open('scan.nii', bytes);
    const map = placed(bytes, change);
    await app.open('m.nii', map, '#truth-file');
    await expect.poll(() => app.status()).toBe(`m.nii is the truth now: 1 label.${remark}`);
    await start('m.nii', map);
    expect(await app.status()).toMatch(remark || /wrong\.$/);
    // Voxel for voxel: on the scan's grid it is the same.
    expect([...(await app.labelMap()).data]).toEqual([...readNifti(map).data]);
  });
});

describe('label values', () => {
  const values = (data: ArrayLike<number>) => labelsIn(data).filter((value) => value !== 0);
  beforeEach(() => open('rod.nii', rod(3)));

  it('of a file come back as they were, also above 255, and stay when a structure is deleted', async () => {
    await start('two.nii', touched(rod(3), [230, 231, 1003]));
    expect(values((await app.labelMap()).data)).toEqual([230, 231, 1003]);
    await app.page.keyboard.press('End');
    const png = decode(await app.save('mask-png'));
    expect([png.depth, ...values(png.data)]).toEqual([16, 231, 1003]);
    const { structures } = JSON.parse((await app.save('contours')).toString());
    expect(structures.map(({ name, label }: { name: string; label: number }) => [name, label])).toEqual([
      ['Label 230', 230],
      ['Label 231', 231],
      ['Label 1003', 1003],
    ]);
    await app.page.click('#structures li:nth-of-type(1) [data-act=delete]');
    expect(values((await app.labelMap()).data)).toEqual([231, 1003]);
    await app.page.keyboard.press('Control+z');
    expect(values((await app.labelMap()).data)).toEqual([230, 231, 1003]);
  });

  it('are written with the clicks and read again; a file without any gets the lowest free ones', async () => {
    await app.click(40, 52);
    const file = JSON.parse((await app.save('clicks')).toString());
    expect(file.structures.map(({ label }: { label: number }) => label)).toEqual([1]);
    file.structures[0].label = 77;
    await app.open('clicks.json', JSON.stringify(file));
    await expect.poll(() => app.status()).toContain('1 structure replayed');
    delete file.structures[0].label;
    await app.open('old.json', JSON.stringify(file));
    await expect.poll(() => app.status()).toContain('old.json: 1 structure replayed');
    const { structures } = JSON.parse((await app.save('clicks')).toString());
    expect(structures.map(({ label }: { label: number }) => label)).toEqual([1, 77, 2]);
  });

  it('up to 255 are a label map; where there are more, or larger ones, it is asked before a scan goes', async () => {
    await start(
      'many.nii',
      touched(
        rod(3),
        Array.from({ length: 200 }, (_, i) => i + 1),
      ),
    );
    expect(await app.page.locator('#structures li').count()).toBe(200);
    await app.open(
      'atlas.nii',
      touched(
        rod(3),
        Array.from({ length: 300 }, (_, i) => i + 1),
      ),
    );
    await app.page.waitForSelector('#question');
    expect(await app.page.textContent('#question')).toContain('looks like a label map');
    await app.page.click('#question form button');
    expect(await app.page.locator('#structures li').count()).toBe(200);
    expect(await app.page.title()).toContain('rod.nii');
  });
});

it('opens a scan and its label map that are chosen together, whichever comes first, and names what is open', async () => {
  const { page } = app;
  const file = (name: string, bytes: Uint8Array) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  const map = touched(rod(3), [7]);
  await page.setInputFiles('#files', [file('labels.nii', map), file('rod.nii', rod(3))]);
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await page.click('#question [data-use=start]');
  await expect.poll(() => app.status()).toContain('1 structure from labels.nii');
  expect(await page.title()).toContain('rod.nii');
  expect(await page.textContent('#scan-name')).toBe('rod.nii');
  expect([...(await app.labelMap()).data]).toEqual([...readNifti(map).data]);

  await app.discarding(() =>
    page.setInputFiles('#files', [file('labels.nii', map), file('rod.nii', rod(3))]),
  );
  await page.waitForSelector('#question [data-use=start]');
  await page.click('#question form button');
  await expect.poll(() => app.status()).toBe('labels.nii: not opened.');

  await app.open(
    'one.json',
    JSON.stringify({ structures: [{ name: 'Rod', clicks: [{ x: 40, y: 52, label: 'foreground' }] }] }),
  );
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('1 structure replayed');
  await app.discarding(() =>
    page.setInputFiles('#files', [file('first.nii', rod(3)), file('second.nii', rod(4))]),
  );
  await expect.poll(() => app.status()).toContain('1 of 2 files opened');
  expect(await page.title()).toContain('first.nii');
});

it('opens a scan with NaN and infinity, says so, and segments it', async () => {
  const volume = readNifti(rod(3));
  const data = Float32Array.from(volume.data);
  data.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 96 * 96 + 500);
  await open('holes.nii', writeNifti({ ...volume, data }));
  expect(await app.status()).toContain('3 voxels without a finite value');
  await app.click(40, 52);
  expect(await app.covers(40, 52)).toBe(true);
});
