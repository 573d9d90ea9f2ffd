import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles scripts into a folder of their own, with a page that runs `page.js`.
 *
 * @param entries - source files by the names they get, such as `{ page: '…/page.ts', worker: '…/worker.ts' }`
 * @param whole - the same, each made one file with all that it imports, onnxruntime-web's script included
 */
export async function bundlePages(
  entries: Readonly<Record<string, string>>,
  whole: Readonly<Record<string, string>> = {},
): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'clickseg-pages-'));
  const common = {
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  } as const;
  await build({ ...common, entryPoints: { ...whole } });
  await build({
    ...common,
    entryPoints: { ...entries },
    splitting: true,
    // The build of onnxruntime-web that makes no code from strings; its WebAssembly is served beside it.
    conditions: ['onnxruntime-web-use-extern-wasm', 'browser'],
  });
  const html =
    '<!doctype html><html lang="en"><title>test</title><script type="module" src="page.js"></script></html>';
  await writeFile(join(folder, 'index.html'), html);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
