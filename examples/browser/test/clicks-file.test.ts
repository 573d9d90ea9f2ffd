import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useApp } from './browser.ts';
import type { App } from './open-app.ts';
import { rod } from './scans.ts';

const site = useApp();
let app: App;
beforeEach(async () => {
  app = await site.open();
  await app.open('rod.nii', rod(3));
  await app.page.waitForSelector('body[data-ready="rod.nii"]');
});
afterEach(() => app.close());

const GOOD = { x: 40, y: 52, label: 'foreground' };
const OUTSIDE = { x: 96, y: 5, label: 'foreground' };
const names = (page: Page) =>
  page.$$eval('#structures input.name', (all) => all.map((each) => (each as HTMLInputElement).value));
const file = (...structures: object[]) => JSON.stringify({ structures });

/** What "Save" gives of one click, for a file that is all right but for one thing. */
async function saved(): Promise<{ structures: [Record<string, unknown>] }> {
  await app.click(GOOD.x, GOOD.y);
  return JSON.parse((await app.save('clicks')).toString());
}

describe('a clicks file that does not fit', () => {
  it('is refused as a whole, before any change, and says where it is wrong', async () => {
    const { page } = app;
    const { structures } = await saved();
    const [own] = structures as unknown as [{ slices: [Record<string, unknown>] }];
    const [slice] = own.slices;
    const before = [await app.save('mask'), await app.save('clicks')];
    const withSlice = (change: object) =>
      file({ ...structures[0], name: 'neg', slices: [{ ...slice, ...change }] });
    const good = { name: 'good', clicks: [GOOD] };
    const neg = (change: object) => file(good, { name: 'neg', clicks: [GOOD], ...change });
    const files: readonly (readonly [text: string, why: RegExp])[] = [
      [file({ name: 'neg', clicks: [OUTSIDE] }), /\(neg\) clicks\[0\].* 96 × 96, got x 96, y 5/],
      [neg({ clicks: [GOOD, { ...GOOD, y: -1 }] }), /\(neg\) clicks\[1\].*got x 40, y -1/],
      [neg({ clicks: [{ ...GOOD, x: '40' }] }), /\(neg\) clicks\[0\].*got x "40"/],
      [neg({ clicks: [{ ...GOOD, label: 'inside' }] }), /\(neg\) clicks\[0\].label.*got "inside"/],
      [neg({ clicks: [null] }), /\(neg\) clicks\[0\]/],
      [neg({ clicks: GOOD }), /\(neg\) clicks: expected a list/],
      [neg({ label: 70_000 }), /\(neg\) label.*got 70000/],
      [neg({ locked: 'yes' }), /\(neg\) locked.*got "yes"/],
      [neg({ name: 7 }), /structures\[1\].name: expected a text, got 7/],
      [file(good, null as never), /structures\[1\].name: expected a text/],
      [withSlice({ slice: 3 }), /\(neg\) slices\[0\].slice: expected a slice of 0 to 2, got 3/],
      [withSlice({ clicks: [{ id: 1, ...OUTSIDE }] }), /\(neg\) slices\[0\].clicks\[0\].*got x 96/],
      [withSlice({ image: { shape: [96, 128] } }), /\(neg\) slices\[0\].image.shape.*got \[96,128\]/],
      [withSlice({ locked: [0, 7] }), /neg, slice 2: locked: run/],
      [withSlice({ clicks: [{ id: 0, ...GOOD }] }), /neg, slice 2: .*click id 0/],
      [neg({ slices: [slice] }), /\(neg\): expected clicks or slices, got both for slice 1/],
      [file({ ...structures[0], name: 'neg', slices: [slice, slice] }), /\(neg\) slices\[1\].slice: .*once/],
    ];
    for (const [text, why] of files) {
      await app.open('bad.json', text);
      await expect.poll(() => app.status(), { timeout: 60_000 }).toMatch(why);
      expect(await app.status()).toMatch(/^bad\.json: .*\. Nothing was changed\.$/);
      expect(await page.locator('#status.fault').count()).toBe(1);
      expect(await names(page)).toEqual(['Structure 1']);
      // The next one's message may be the same but for its place.
      await page.keyboard.press('Shift+Tab');
    }
    expect((await app.save('mask')).equals(before[0] as Buffer)).toBe(true);
    expect((await app.save('clicks')).equals(before[1] as Buffer)).toBe(true);
    // The one step is the click's own.
    await page.focus('#overlay');
    await app.answered(() => page.keyboard.press('Control+z'));
    expect(await page.locator('#overlay .click').count()).toBe(0);
    expect(await page.isDisabled('#undo')).toBe(true);
  });

  it('leaves the work as it was where the model fails under way, and can be opened then', async () => {
    const { page } = app;
    await app.click(GOOD.x, GOOD.y);
    const two = file({ name: 'one', clicks: [GOOD] }, { name: 'two', clicks: [{ ...GOOD, x: 44 }] });
    const before = await app.save('mask');
    await page.evaluate(() => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
        if (document.querySelector('#task span')?.textContent === 'Replaying two') {
          Worker.prototype.postMessage = post;
          this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
        } else (post as (...args: unknown[]) => void).apply(this, message);
      };
    });
    await app.open('two.json', two);
    await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('Nothing was changed');
    expect(await app.status()).toContain('two.json: two, slice 2: ');
    expect(await names(page)).toEqual(['Structure 1']);
    expect((await app.save('mask')).equals(before)).toBe(true);
    await app.open('two.json', two);
    await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('2 structures replayed');
  });
});

it('is stopped by Esc and by undo, which take nothing else back, and is one step once it is there', async () => {
  const { page } = app;
  await app.click(GOOD.x, GOOD.y);
  const before = await app.save('mask');
  const two = file({ name: 'one', clicks: [GOOD] }, { name: 'two', clicks: [{ ...GOOD, x: 44 }] });
  const slow = await page.evaluateHandle(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
      setTimeout(() => (post as (...args: unknown[]) => void).apply(this, message), 800);
    };
    return { end: () => Object.assign(Worker.prototype, { postMessage: post }) };
  });
  for (const keys of ['Escape', 'Control+z']) {
    await app.open('two.json', two);
    await page.waitForSelector('#task');
    await page.focus('#overlay');
    await page.keyboard.press(keys);
    await expect
      .poll(() => app.status(), { timeout: 30_000 })
      .toBe('two.json: stopped. Nothing was changed.');
    await app.quiet();
    expect(await names(page)).toEqual(['Structure 1']);
    expect((await app.save('mask')).equals(before)).toBe(true);
  }
  await app.open('two.json', two);
  await page.waitForSelector('#task');
  await app.open('again.json', two);
  await expect
    .poll(() => app.status(), { timeout: 30_000 })
    .toContain('again.json: not opened beside “Replaying');
  await expect.poll(() => app.status(), { timeout: 30_000 }).toContain('two.json: 2 structures replayed');
  await slow.evaluate(({ end }) => end());
  expect(await names(page)).toEqual(['Structure 1', 'one', 'two']);
  await page.focus('#overlay');
  await page.keyboard.press('Control+z');
  await expect.poll(() => names(page)).toEqual(['Structure 1']);
  expect((await app.save('mask')).equals(before)).toBe(true);
});

it('keeps pixels with structures that are locked here, and says which labels were taken', async () => {
  const { page } = app;
  const kept = await saved();
  await page.click('#structures [data-act=locked]');
  const before = await app.labelMap();
  await app.open('clicks.json', JSON.stringify(kept));
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('Labels that were taken: 1 is 2 here');
  expect(await app.covers(GOOD.x, GOOD.y, 2)).toBe(false);
  expect([...(await app.labelMap()).data]).toEqual([...before.data]);
});

it('locks what the file says is locked: its pixels are no longer others’', async () => {
  await app.click(GOOD.x, GOOD.y);
  await app.open('locked.json', file({ name: 'locked', locked: true, clicks: [GOOD] }));
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('1 structure replayed');
  expect(await app.covers(GOOD.x, GOOD.y, 2)).toBe(true);
  expect(await app.covers(GOOD.x, GOOD.y, 1)).toBe(false);
});

it('goes behind the scan that it was chosen with, and nowhere where the person stays', async () => {
  const { page } = app;
  const one = file({ name: 'one', clicks: [{ ...GOOD, x: 100 }] });
  const choose = () =>
    page.setInputFiles(
      '#files',
      Object.entries({ 'large-clicks.json': one, 'large.nii': rod(3, 128) }).map(([name, bytes]) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(bytes as Uint8Array),
      })),
    );
  await choose();
  await expect.poll(() => app.status(), { timeout: 60_000 }).toBe('large-clicks.json: 1 structure replayed.');
  expect(await page.title()).toContain('large.nii');
  await choose();
  await page.waitForSelector('#question');
  await page.keyboard.press('Enter');
  await expect.poll(() => app.status(), { timeout: 30_000 }).toContain('1 of 2 files opened');
  expect(await names(page)).toEqual(['one']);
});

it('leaves out kept clicks that no model answers, once, and saves the others', async () => {
  const { page } = app;
  await app.click(GOOD.x, GOOD.y);
  await page.waitForTimeout(1500);
  // As an older version left it behind: a refused file's click, waiting for an answer.
  await page.evaluate(async () => {
    const open = indexedDB.open('keyval-store');
    await new Promise((resolve) => {
      open.onsuccess = resolve;
    });
    const store = () => open.result.transaction('keyval', 'readwrite').objectStore('keyval');
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    const work = await done(store().get('work'));
    const [own] = work.structures;
    const [slice] = own.slices.values();
    const click = { id: 1, x: 96, y: 5, label: 'foreground' };
    const none = { ...slice.mask, width: 0, height: 0, data: new Uint8Array(0), pixels: 0 };
    const lost = { clicks: [click], mask: none, answered: false, source: 'clicks', edit: 9 };
    const half = {
      ...lost,
      clicks: [
        { ...click, x: 40, y: 52 },
        { ...click, id: 2 },
      ],
    };
    const more = [
      { ...own, id: 2, label: 2, name: 'neg', slices: new Map([[1, lost]]) },
      { ...own, id: 3, label: 3, name: 'half', slices: new Map([[1, half]]) },
    ];
    await done(store().put({ ...work, structures: [own, ...more] }, 'work'));
  });
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  await app.quiet();
  expect(await app.status()).toContain('left out (neg, slice 2; half, slice 2)');
  expect(await names(page)).toEqual(['Structure 1', 'neg', 'half']);
  expect(await app.covers(GOOD.x, GOOD.y, 3)).toBe(true);
  const { structures } = JSON.parse((await app.save('clicks')).toString());
  expect(
    structures.map(({ slices }: { slices: { clicks: unknown[] }[] }) => slices[0]?.clicks.length),
  ).toEqual([1, undefined, 1]);
  await page.focus('#overlay');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageDown');
  await page.waitForTimeout(1500);
  expect(await page.textContent('#place')).toBe('Slice 2 of 3');
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  await app.quiet();
  expect(await app.status()).toBe('');
});

it('names the file of whatever fault', async () => {
  const files: readonly (readonly [name: string, bytes: Uint8Array | string])[] = [
    ['one-byte.nii', 'x'],
    ['one-byte.nii.gz', 'x'],
    ['one-byte.png', 'x'],
    ['one-byte.dcm', 'x'],
    ['one-byte.json', 'x'],
    ['one-byte.onnx', 'x'],
  ];
  for (const [name, bytes] of files) {
    await app.open(name, bytes);
    await expect
      .poll(() => app.page.locator('#status.fault').textContent(), { timeout: 60_000 })
      .toContain(name);
  }
});
