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
  expect([after[0].x - before[0].x, after[0].y - before[0].y]).toEqual([1, -2]);
  // Three steps, one undo.
  await app.answered(() => press('Control+z'));
  expect(JSON.parse((await app.save('clicks')).toString()).structures[0].slices[0].clicks).toEqual(before);
  await press('.', '.');
  await app.answered(() => press('f'));
  expect(await page.locator('#overlay .click.background').count()).toBe(0);
  await app.answered(() => press('Delete'));
  expect((await app.save('mask')).equals(first)).toBe(true);

  await press('?');
  await page.waitForSelector('#keys[open]');
  for (const words of ['undo', 'carry through the scan', 'background click at the crosshair', 'Long press']) {
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
