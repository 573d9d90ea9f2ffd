import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';

const site = useApp();

/** axe-core's serious and critical findings, in words. Run through the debugger, which no content policy stops. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

it.each(['dark', 'light'] as const)('axe-core finds nothing serious, %s', async (colorScheme) => {
  const app = await site.open({ colorScheme });
  const { page } = app;
  expect(await faults(page)).toEqual([]);
  await page.click('#open summary');
  expect(await faults(page)).toEqual([]);
  await page.click('#sample-phantom');
  await page.waitForSelector('body[data-ready=phantom]');
  await page.selectOption('#truth-label', { label: 'liver' });
  await page.click('#simulate');
  await page.waitForSelector('#task');
  await app.quiet();
  expect(await faults(page)).toEqual([]);
  if (colorScheme === 'light') await app.figure('light');
  await page.keyboard.press('?');
  await page.waitForSelector('#keys[open]');
  expect(await faults(page)).toEqual([]);
  await app.close();
});
