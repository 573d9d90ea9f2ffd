import { CONFORMANCE_METADATA, conformanceModel } from '@clickseg/runtime/conformance';
import { expect, it } from 'vitest';
import { useApp } from './browser.ts';
import { AORTA } from './open-app.ts';

const site = useApp();

it('segments with a model of the person’s own, and keeps it where the next one is broken', async () => {
  const app = await site.open();
  const { page } = app;
  await app.click(AORTA.x, AORTA.y);
  const first = await app.save('mask');

  // The shipped model's answer is asked again of the new one, with the same click.
  await app.open('mine.onnx', conformanceModel());
  await expect.poll(() => app.status(), { timeout: 60_000 }).toContain('segments now');
  await app.quiet();
  expect(await page.textContent('#backend')).toContain(CONFORMANCE_METADATA.name);
  expect(await page.locator('#overlay .click').count()).toBe(1);
  expect((await app.save('mask')).equals(first)).toBe(false);

  await app.open('broken.onnx', '<!doctype html><title>404</title>');
  await page.waitForSelector('#status.fault');
  expect(await app.status()).toContain('web page');
  expect(await page.textContent('#backend')).toContain(CONFORMANCE_METADATA.name);
  await app.click(AORTA.x + 30, AORTA.y);
  expect(await page.locator('#overlay .click').count()).toBe(2);
  await app.close();
});
