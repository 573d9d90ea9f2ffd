import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles scripts into a folder of their own, with a page that runs `page.js`.
 *
 * @param entries - source files by the names they get, such as `{ page: '…/page.ts', worker: '…/worker.ts' }`
 */
export async function bundlePages(
  entries: Readonly<Record<string, string>>,
): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'clickseg-pages-'));
  await build({
    entryPoints: { ...entries },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    // The build of onnxruntime-web that makes no code from strings; its WebAssembly is served beside it.
    conditions: ['onnxruntime-web-use-extern-wasm', 'browser'],
  });
  const html =
    '<!doctype html><html lang="en"><title>test</title><script type="module" src="page.js"></script></html>';
  await writeFile(join(folder, 'index.html'), html);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
