/**
 * Whether this script runs as one of onnxruntime-web's own threads. Where a bundler makes one file of a worker and
 * onnxruntime-web, the threads begin with that very file, the worker's own lines included.
 */
export function isOrtThread(): boolean {
  const { name } = globalThis as { readonly name?: unknown };
  return typeof name === 'string' && name.startsWith('em-pthread');
}
