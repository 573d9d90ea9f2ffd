import { openBrowser } from '@clickseg/testing-browser';
import { asHardware } from '@clickseg/testing-browser/as-hardware';
import { describe, expect, inject, it } from 'vitest';
import { serveApp } from '../server/serve-app.mjs';
import { useApp } from './browser.ts';
import { AORTA, openApp } from './open-app.ts';
import { rod } from './scans.ts';

const site = useApp();

it('keeps the work over a reload, until it is forgotten', async () => {
  const app = await site.open();
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  await page.fill('#structures input.name', 'Aorta');
  await page.keyboard.press('Enter');
  const mask = await app.save('mask');
  // Kept a moment after the last change.
  await expect
    .poll(() => page.evaluate(keptStructures), { timeout: 30_000 })
    .toEqual([{ name: 'Aorta', clicks: 1 }]);
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  expect(await page.inputValue('#structures input.name')).toBe('Aorta');
  expect((await app.save('mask')).equals(mask)).toBe(true);
  expect(await page.locator('#overlay .click').count()).toBe(1);
  // And goes on from there.
  await app.click(AORTA.x + 22, AORTA.y, { button: 'right' });
  expect(await page.locator('#overlay .click').count()).toBe(2);

  await page.click('#open summary');
  await app.discarding(() => page.click('#forget'));
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(0);
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  await app.quiet();
  expect(await page.locator('#overlay .click').count()).toBe(0);
  await app.close();
});

it('keeps the last click where the page is left before its answer', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('rod.nii', rod(3));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  await page.waitForTimeout(1000);
  await page.keyboard.press('PageUp');
  const point = await app.at(40, 52);
  await page.mouse.click(point.x, point.y);
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  expect(await page.textContent('#place')).toBe('Slice 3 of 3');
  expect(await page.locator('#overlay .click').count()).toBe(1);
  await expect.poll(() => app.covers(40, 52), { timeout: 60_000 }).toBe(true);
  await app.close();
});

it('keeps the work in a scan that takes the place of one with a truth, and speaks of no other tab', async () => {
  const app = await site.open();
  const { page } = app;
  await app.openPhantom();
  await page.waitForSelector('#truth');
  await page.waitForTimeout(1000);
  await app.open('rod.nii', rod(3));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await page.waitForTimeout(1500);
  expect(await app.status()).toBe('rod.nii: 96 × 96, 3 slices.');
  const point = await app.at(40, 52);
  await page.mouse.click(point.x, point.y);
  // Before it is kept in its turn.
  await page.waitForTimeout(200);
  await page.reload();
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await page.waitForTimeout(1000);
  expect(await page.locator('#overlay .click').count()).toBe(1);
  expect(await page.locator('#truth').count()).toBe(0);
  expect(await app.status()).toBe('');
  await app.close();
});

it('says so where the browser has cleared what it kept', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('rod.nii', rod(3));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await page.waitForTimeout(1500);
  await page.evaluate(async () => {
    const open = indexedDB.open('keyval-store');
    await new Promise((resolve) => {
      open.onsuccess = resolve;
    });
    open.result.transaction('keyval', 'readwrite').objectStore('keyval').clear();
  });
  await app.click(40, 52);
  await expect
    .poll(() => app.status(), { timeout: 30_000 })
    .toContain('has cleared what it kept of this scan');
  await app.close();
});

it('keeps the work of the tab whose scan is kept, and tells the other', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('first.nii', rod(5));
  await page.waitForSelector('body[data-ready="first.nii"]');
  await app.click(40, 52);
  await expect
    .poll(() => page.evaluate(keptStructures), { timeout: 30_000 })
    .toEqual([{ name: 'Structure 1', clicks: 1 }]);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.waitForSelector('body[data-ready="first.nii"]');
  const small = { name: 'second.nii', mimeType: 'application/octet-stream', buffer: Buffer.from(rod(3, 48)) };
  await second.setInputFiles('#files', small);
  await second.click('#question [data-use=discard]');
  await second.waitForSelector('body[data-ready="second.nii"]');
  await expect
    .poll(() => second.evaluate(keptStructures), { timeout: 30_000 })
    .toEqual([{ name: 'Structure 1', clicks: 0 }]);
  // A place that the other scan does not have.
  await app.click(70, 60);
  await expect
    .poll(() => app.status(), { timeout: 30_000 })
    .toContain('Another tab of this browser keeps a scan');
  await second.reload();
  await second.waitForSelector('body[data-ready="second.nii"]');
  expect(await second.textContent('#place')).toBe('Slice 2 of 3');
  expect(await second.textContent('#structures [data-amount=clicks]')).toBe('0 clicks');
  expect(await second.textContent('#status')).toBe('');
  await app.close();
});

it('leaves the work of another tab on the same scan where one only looks around', async () => {
  const app = await site.open();
  const { page } = app;
  await app.open('rod.nii', rod(5));
  await page.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(40, 52);
  const kept = () => page.evaluate(keptStructures);
  await expect.poll(kept, { timeout: 30_000 }).toEqual([{ name: 'Structure 1', clicks: 1 }]);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.waitForSelector('body[data-ready="rod.nii"]');
  await app.click(70, 60);
  await expect.poll(kept, { timeout: 30_000 }).toEqual([{ name: 'Structure 1', clicks: 2 }]);
  await second.keyboard.press('PageUp');
  expect(await second.textContent('#place')).toBe('Slice 4 of 5');
  await second.waitForTimeout(1500);
  expect(await kept()).toEqual([{ name: 'Structure 1', clicks: 2 }]);
  await second.reload();
  await second.waitForSelector('body[data-ready="rod.nii"]');
  // The slice is the one that was turned to last, the work what was done last.
  expect(await second.textContent('#place')).toBe('Slice 4 of 5');
  expect(await second.textContent('#structures [data-amount=clicks]')).toBe('2 clicks');
  await app.close();
});

it('asks before work goes with the page that could not be kept', async () => {
  const app = await site.open();
  const { page } = app;
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    // What lay there cannot be cleared either.
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  await app.openPhantom();
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('its storage is full');
  await app.click(100, 120);
  const asked = new Promise<string>((resolve) => {
    page.once('dialog', async (dialog) => {
      resolve(dialog.type());
      await dialog.accept();
    });
  });
  await page.close({ runBeforeUnload: true });
  expect(await asked).toBe('beforeunload');
  await page.context().close();
});

it('says that the browser’s storage is full, and works on', async () => {
  const app = await site.open();
  const { page } = app;
  // Headless Chromium keeps databases in memory and obeys no quota; so its refusal is played.
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await app.openPhantom();
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('its storage is full');
  await app.click(100, 120);
  expect(await page.locator('#overlay .click').count()).toBe(1);
  await app.close();
});

it('starts and segments without a network after the first load', async () => {
  const gone = await serveApp({ folder: inject('app') });
  // The browser says in the console that nothing answers.
  const app = await openApp(site.browser, gone.url, { allow: /ERR_CONNECTION_REFUSED/ });
  const { page } = app;
  await page.waitForSelector('#backend');
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await gone.close();
  await page.reload({ waitUntil: 'commit' });
  await page.waitForSelector('body[data-ready]');
  await app.click(AORTA.x, AORTA.y);
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await app.close();
});

it('computes in the page where workers are forbidden, and says so', async () => {
  const forbids = await serveApp({
    folder: inject('app'),
    headers: {
      'content-security-policy':
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'; img-src 'self' data: blob:",
    },
  });
  // That the policy refuses the workers is what the test is about.
  const app = await openApp(site.browser, forbids.url, { allow: /worker/i });
  await app.page.waitForSelector('#backend');
  expect(await app.page.textContent('#backend')).toContain('WebAssembly, in the page');
  expect(await app.page.textContent('#passed-over')).toContain('worker');
  await app.click(AORTA.x, AORTA.y);
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
  await app.close();
  await forbids.close();
});

describe('what computes', () => {
  it('is changed to WebGPU and back without a click lost', async () => {
    // A service worker would fetch the network's worker past the route below.
    const app = await site.open({ serviceWorkers: 'block' });
    const { page } = app;
    await app.click(AORTA.x, AORTA.y);
    expect(await page.textContent('#backend')).toMatch(/WebAssembly.* clickseg-ct-8bit /);
    const area = await app.area();
    // Software stands in for a GPU here, and counts as none until it is called one, in the page and in its worker.
    await page.selectOption('#provider', 'webgpu');
    await expect.poll(() => page.textContent('#passed-over')).toContain('software imitates');
    await page.selectOption('#provider', 'wasm');
    await page.route(/assets\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `(${asHardware})();${await response.text()}` });
    });
    await page.evaluate(asHardware);
    await page.selectOption('#provider', 'webgpu');
    await expect
      .poll(() => page.textContent('#backend'), { timeout: 120_000 })
      .toMatch(/WebGPU.* clickseg-ct /);
    await app.quiet();
    expect(await page.locator('#overlay .click').count()).toBe(1);
    // Floats for 8 bits: the same mask but for pixels on the line.
    expect(Math.abs((await app.area()) / area - 1)).toBeLessThan(0.02);
    await page.selectOption('#provider', 'wasm');
    await expect.poll(() => page.textContent('#backend'), { timeout: 120_000 }).toContain('WebAssembly');
    await app.click(AORTA.x + 22, AORTA.y, { button: 'right' });
    expect(await page.locator('#overlay .click').count()).toBe(2);
    await app.close();
  });

  it('is WebAssembly where there is no WebGPU, and the reason is told', async () => {
    const bare = await openBrowser({ webgpu: false });
    try {
      const app = await openApp(bare, site.url, { query: '' });
      await app.page.waitForSelector('#backend');
      expect(await app.page.textContent('#backend')).toMatch(/WebAssembly.* clickseg-ct-8bit /);
      expect(await app.page.textContent('#passed-over')).toContain('this browser offers no WebGPU adapter');
      await app.close();
    } finally {
      await bare.close();
    }
  });
});

/** What lies in the page's IndexedDB, read without the app. */
async function keptStructures() {
  const open = indexedDB.open('keyval-store');
  await new Promise((resolve) => {
    open.onsuccess = resolve;
  });
  const request = open.result.transaction('keyval').objectStore('keyval').get('work');
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  open.result.close();
  type Kept = { name: string; slices: Map<number, { clicks: unknown[] }> };
  return (request.result?.structures as Kept[] | undefined)?.map(({ name, slices }) => ({
    name,
    clicks: [...slices.values()].reduce((sum, { clicks }) => sum + clicks.length, 0),
  }));
}
