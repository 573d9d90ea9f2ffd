/**
 * Masks a second while a click is dragged in a real Chromium, the shipped model, as floats and in 8 bits, on WebAssembly in a
 * worker, with threads and without (a page that is not cross-origin isolated):
 *
 *     npx esbuild bench/drag.ts --bundle --platform=node --format=esm --packages=external --alias:@clickseg/testing-browser=../../testing/browser/index.ts --outfile=../../testing/browser/dist/drag.mjs && node ../../testing/browser/dist/drag.mjs
 */
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { bundlePages, openBrowser, serveSite } from '@clickseg/testing-browser';

const ort = dirname(createRequire(resolve('package.json')).resolve('onnxruntime-web'));
const pages = await bundlePages({
  page: resolve('bench/drag-page.ts'),
  worker: resolve('test/web/worker.ts'),
});
const folders = { '/': pages.folder, '/ort/': ort, '/model/': resolve('../model-ct') };
const browser = await openBrowser({ webgpu: false });
console.log(
  '| model | click | threads | masks a second | network, ms | most open | longest stall of the page, ms | last mask |',
);
for (const isolated of [true, false]) {
  const site = await serveSite({ folders, isolated });
  const page = await browser.newPage();
  await page.goto(`${site.url}/`);
  await page.waitForFunction(() => 'bench' in window);
  for (const [file, number] of [
    ['model.onnx', 1],
    ['model.onnx', 2],
    ['compact.onnx', 1],
    ['compact.onnx', 2],
  ] as const) {
    const found = await page.evaluate(([f, n]) => window.bench.drag(f, n), [file, number] as const);
    const threads = found.isolated ? Math.min(4, found.cores) : 1;
    const equal = found.differing === 0 ? 'equal' : `${found.differing} pixels apart`;
    const rate = (found.masks / found.seconds).toFixed(1);
    console.log(
      `| ${file} | ${number} | ${threads} | ${rate} | ${found.inference.toFixed(0)} | ${found.most} | ${found.stall.toFixed(0)} | ${equal} |`,
      `${found.masks} masks and ${found.aborted} superseded in ${found.seconds.toFixed(2)} s`,
    );
  }
  await page.close();
  await site.close();
}
await browser.close();
await pages.remove();
