import { build } from 'esbuild';

/**
 * Bundles the script of a Node thread, which cannot run TypeScript itself.
 *
 * @param entry - source file
 * @param file - where to put it, as `.mjs`; its packages that are not ours are looked for from there
 */
export async function bundleThread(entry: string, file: string): Promise<URL> {
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['onnxruntime-node'],
    logLevel: 'silent',
  });
  return new URL(`file://${file}`);
}
