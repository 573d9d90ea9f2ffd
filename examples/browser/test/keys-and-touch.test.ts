import type { CDPSession } from 'playwright-core';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';
import { AORTA } from './open-app.ts';

const site = useApp();

it('does everything by keyboard: places, moves, turns and deletes clicks, and lists the keys', async () => {
  const app = await site.open();
  const { page } = app;
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('x');
  // From the middle, (255.5, 255.5), to the aorta.
  await press(...Array<string>(3).fill('Shift+ArrowRight'), ...Array<string>(5).fill('Shift+ArrowDown'));
  await press(...Array<string>(5).fill('ArrowLeft'));
  await app.answered(() => press('Enter'));
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
  const first = await app.save('mask');
  await press(...Array<string>(2).fill('Shift+ArrowLeft'));
  await app.answered(() => press('Shift+Enter'));
  expect(await page.locator('#overlay .click.background').count()).toBe(1);

  await press(',');
  await page.waitForSelector('#overlay .click.foreground.selected');
  const before = JSON.parse((await app.save('clicks')).toString()).structures[0].slices[0].clicks;
  await app.answered(() => press('Alt+ArrowUp', 'Alt+ArrowUp', 'Alt+ArrowRight'));
  const after = JSON.parse((await app.save('clicks')).toString()).structures[0].slices[0].clicks;
  // A moved click is the newest.
  const [, moved] = after;
  expect(moved.id).toBe(before[0].id);
  expect([moved.x - before[0].x, moved.y - before[0].y]).toEqual([1, -2]);
  // Three steps, one undo.
  await app.answered(() => press('Control+z'));
  expect(JSON.parse((await app.save('clicks')).toString()).structures[0].slices[0].clicks).toEqual(before);
  await press('.', '.');
  await app.answered(() => press('f'));
  expect(await page.locator('#overlay .click.background').count()).toBe(0);
  await app.answered(() => press('Delete'));
  expect((await app.save('mask')).equals(first)).toBe(true);

  // A keyboard that writes Cyrillic.
  const cyrillic = (key: string, code: string) =>
    page.evaluate(
      ([k, c]) =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { key: k, code: c, ctrlKey: true, bubbles: true }),
        ),
      [key, code] as const,
    );
  const placed = await page.locator('#overlay .click').count();
  await cyrillic('я', 'KeyZ');
  await expect.poll(() => page.locator('#overlay .click').count()).not.toBe(placed);
  await cyrillic('н', 'KeyY');
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(placed);
  await app.quiet();

  await press('?');
  await page.waitForSelector('#keys[open]');
  for (const words of ['undo', 'carry through the scan', 'click outside at the crosshair', 'Long press']) {
    expect(await page.textContent('#keys')).toContain(words);
  }
  await app.figure('keys');
  await press('Escape');
  expect(await page.locator('#keys[open]').count()).toBe(0);
  // A name is written, not obeyed.
  await page.fill('#structures input.name', '');
  await page.type('#structures input.name', 'cxa');
  expect(await page.inputValue('#structures input.name')).toBe('cxa');
  expect(await page.locator('#overlay .click').count()).toBe(1);
  await app.close();
});

it('leaves keys to an open menu, which arrows walk through, and closes it on a press beside it', async () => {
  const app = await site.open();
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const clicks = () => page.locator('#overlay .click').count();
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);
  await page.focus('#save summary');
  await page.keyboard.press('ArrowDown');
  expect(await focused()).toBe('save-mask');
  const walk: [key: string, id: string][] = [
    ['ArrowDown', 'save-mask-png'],
    ['ArrowUp', 'save-mask'],
    ['ArrowUp', 'save-seg'],
    ['ArrowDown', 'save-mask'],
    ['End', 'save-seg'],
    ['Home', 'save-mask'],
  ];
  for (const [key, id] of walk) {
    await page.keyboard.press(key);
    expect(await focused(), key).toBe(id);
  }
  await page.keyboard.press('c');
  await page.focus('#save summary');
  await page.keyboard.press('c');
  expect(await clicks()).toBe(1);
  await page.keyboard.press('Escape');
  expect(await page.locator('.menu[open]').count()).toBe(0);
  // Where a press gives buttons no focus (Safari, Firefox on a Mac) the menu takes it itself, so that its keys are its own.
  await page.$eval('#save summary', (it) =>
    it.addEventListener('mousedown', (event) => event.preventDefault()),
  );
  await page.focus('#overlay');
  await page.click('#save summary');
  await expect.poll(focused).toBe('SUMMARY');
  await page.keyboard.press('c');
  expect(await clicks()).toBe(1);
  await page.keyboard.press('Escape');
  expect(await page.locator('.menu[open]').count()).toBe(0);
  // A press on an item there: the focus leaves for nothing, before the press has come to its end.
  await page.click('#save summary');
  await page.$eval('#save summary', (it) =>
    it.dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: null })),
  );
  expect(await page.locator('#save[open]').count()).toBe(1);
  await page.keyboard.press('Escape');

  await page.click('#open summary');
  // Where nothing takes the focus.
  await page.evaluate(() => document.addEventListener('mousedown', (event) => event.preventDefault()));
  await page.click('#scan-name');
  expect(await page.locator('.menu[open]').count()).toBe(0);

  // After a button that was pressed the keys are the image's.
  await page.click('#mode-background');
  await page.keyboard.press('c');
  await expect.poll(clicks).toBe(0);
  expect(await app.status()).toBe('Slice cleared.');
  await app.close();
});

it('does nothing on single keys where a person wants that, also after a reload', async () => {
  const app = await site.open();
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  await page.keyboard.press('a');
  await expect.poll(() => page.locator('#structures li').count()).toBe(2);
  await page.click('#structures li:first-child .amounts');
  await page.uncheck('#single-keys');
  const grey = await page.textContent('#window-values');
  const press = async () => {
    await page.focus('#overlay');
    for (const key of ['c', 'x', 'b', 'a', '3', '?', 'Shift+N', '[']) await page.keyboard.press(key);
  };
  await press();
  expect(await page.locator('#overlay .click').count()).toBe(1);
  expect(await page.locator('#overlay .crosshair path').count()).toBe(0);
  expect(await page.locator('#structures li').count()).toBe(2);
  expect(await page.locator('#structures li:first-child').getAttribute('aria-current')).toBe('true');
  expect(await page.getAttribute('#mode-foreground', 'aria-pressed')).toBe('true');
  expect(await page.textContent('#window-values')).toBe(grey);
  expect(await page.locator('#keys').count()).toBe(0);
  await page.waitForTimeout(1000);
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  await app.quiet();
  await press();
  expect(await page.locator('#overlay .click').count()).toBe(1);
  // All others do, and Enter brings the crosshair.
  await page.keyboard.press('Delete');
  await expect.poll(() => page.locator('#overlay .click').count()).toBe(0);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('#overlay .crosshair path').count()).toBeGreaterThan(0);
  await app.answered(() => page.keyboard.press('Enter'));
  await page.check('#single-keys');
  await page.keyboard.press('a');
  await expect.poll(() => page.locator('#structures li').count()).toBe(3);
  await app.close();
});

it('opens the list of keys at its top, however small the window', async () => {
  const app = await site.open({ viewport: { width: 640, height: 400 } });
  const { page } = app;
  await page.click('#help');
  await page.waitForSelector('#keys[open]');
  const [top, more] = await page.$eval('#keys', (list) => [
    list.scrollTop,
    list.scrollHeight > list.clientHeight,
  ]);
  expect([top, more]).toEqual([0, true]);
  await app.close();
});

it('takes fingers: a tap, a drag, a long press for outside, two to zoom; and fits a phone', async () => {
  const app = await site.open({ viewport: { width: 412, height: 860 }, hasTouch: true, isMobile: true });
  const { page } = app;
  const session = await page.context().newCDPSession(page);
  const aorta = await app.at(AORTA.x, AORTA.y);
  await app.answered(() => touch(session, [aorta]));
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
  expect(await page.locator('#overlay .click.foreground').count()).toBe(1);

  const beside = await app.at(AORTA.x + 60, AORTA.y);
  await app.answered(() => touch(session, [beside], { hold: 700 }));
  expect(await page.locator('#overlay .click.background').count()).toBe(1);
  await app.figure('phone');

  // The finger lands on the first click and takes it along.
  const moved = await app.at(AORTA.x, AORTA.y - 12);
  await app.answered(() => touch(session, [aorta], { to: [moved] }));
  expect(await page.locator('#overlay .click').count()).toBe(2);

  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);

  const [left, right] = [
    { x: aorta.x - 40, y: aorta.y },
    { x: aorta.x + 40, y: aorta.y },
  ];
  const scale = async () => (await app.at(200, 0)).x - (await app.at(100, 0)).x;
  const before = await scale();
  await touch(session, [left, right], {
    to: [
      { x: left.x - 40, y: left.y },
      { x: right.x + 40, y: right.y },
    ],
  });
  expect((await scale()) / before).toBeCloseTo(2, 1);
  expect(await page.locator('#overlay .click').count()).toBe(2);
  await app.close();
});

it('leaves click, history and redo as they were where a second finger lands late', async () => {
  const app = await site.open({ viewport: { width: 412, height: 860 }, hasTouch: true, isMobile: true });
  const { page } = app;
  const session = await page.context().newCDPSession(page);
  const clicks = (n: number) => expect.poll(() => page.locator('#overlay .click').count()).toBe(n);
  const aorta = await app.at(AORTA.x, AORTA.y);
  await app.answered(() => touch(session, [aorta]));
  await page.click('#undo');
  await clicks(0);

  // The first finger slides and so begins a click; then the second comes.
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: (Point & { id: number })[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  const one = { ...aorta, id: 0 };
  await send('touchStart', [one]);
  await send('touchMove', [{ ...one, x: one.x + 20 }]);
  await clicks(1);
  await send('touchStart', [
    { ...one, x: one.x + 20 },
    { ...one, x: one.x - 60, id: 1 },
  ]);
  await send('touchEnd', []);
  await app.quiet();
  await clicks(0);
  expect(await page.isDisabled('#undo')).toBe(true);
  await app.answered(() => page.click('#redo'));
  await clicks(1);
  expect(await app.covers(AORTA.x, AORTA.y)).toBe(true);
  await app.close();
});

it('leaves no key to niivue, and no ring round the image after a mouse click', async () => {
  const app = await site.open();
  const { page } = app;
  expect(await page.getAttribute('#canvas', 'tabindex')).toBe('-1');
  expect(await page.getAttribute('#canvas', 'aria-hidden')).toBe('true');
  const before = await app.at(100, 40);
  await page.evaluate(() => document.getElementById('canvas')?.focus());
  // As niivue listens on the canvas itself, its keys need the focus there.
  for (const key of ['v', 'c', 'p']) await page.keyboard.press(key);
  await page.evaluate(() => window.dispatchEvent(new Event('resize')));
  await page.waitForTimeout(300);
  expect(await app.at(100, 40)).toEqual(before);

  await app.click(AORTA.x, AORTA.y);
  const ring = () =>
    page.evaluate(() => getComputedStyle(document.getElementById('overlay') as Element).outlineStyle);
  expect(await ring()).toBe('none');
  await page.keyboard.press('x');
  expect(await ring()).toBe('solid');
  await app.close();
});

it.each([
  { width: 640, height: 480 },
  { width: 900, height: 420 },
])('lets a small window of $width x $height reach everything', async (viewport) => {
  const app = await site.open({ viewport });
  const { page } = app;
  expect((await page.locator('.stage').boundingBox())?.height).toBeGreaterThan(220);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(viewport.height);
  await page.locator('#safe-colors').scrollIntoViewIfNeeded();
  const box = await page.locator('#safe-colors').boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.click('#open summary');
  const menu = await page.locator('#open ul').boundingBox();
  expect((menu?.y ?? 0) + (menu?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
  await page.locator('#forget').scrollIntoViewIfNeeded();
  const last = await page.locator('#forget').boundingBox();
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
  await app.close();
});

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Fingers go down one after the other, move together, and leave. */
async function touch(
  session: CDPSession,
  from: readonly Point[],
  { to, hold = 0 }: { to?: readonly Point[]; hold?: number } = {},
): Promise<void> {
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly Point[]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(({ x, y }, id) => ({ x, y, id })),
    });
  for (let i = 1; i <= from.length; i++) await send('touchStart', from.slice(0, i));
  await new Promise((resolve) => setTimeout(resolve, hold));
  for (let step = 1; to !== undefined && step <= 8; step++) {
    await send(
      'touchMove',
      from.map(({ x, y }, i) => ({
        x: x + (step / 8) * ((to[i] as Point).x - x),
        y: y + (step / 8) * ((to[i] as Point).y - y),
      })),
    );
  }
  await send('touchEnd', []);
}
