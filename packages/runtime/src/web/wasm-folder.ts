/**
 * The whole address of onnxruntime-web's folder. Left relative, onnxruntime takes it from its own chunk's address,
 * and Vite's development server rewrites an import that begins with `/`.
 *
 * @param folder - relative to the page or, in a worker, to its script
 */
export function wasmFolder(folder: string, location = globalThis.location): string {
  try {
    // Nothing is relative to a blob's address.
    return new URL(folder, location.protocol === 'blob:' ? location.origin : location.href).href;
  } catch {
    // Outside of browsers, and in a worker made of a data: address.
    return folder;
  }
}
