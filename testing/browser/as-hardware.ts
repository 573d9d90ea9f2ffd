/**
 * Has the browser call the software that stands in for a GPU in the tests a GPU; else it counts as none beside WebAssembly. For
 * pages and workers, which cannot load the rest of this package.
 */
export function asHardware(): void {
  const { GPUAdapterInfo } = globalThis as { GPUAdapterInfo?: { readonly prototype: object } };
  if (GPUAdapterInfo)
    Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
}
