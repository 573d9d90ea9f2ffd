/** What onnxruntime-web's words mean, and what helps; its own words follow in brackets. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: (wasmPaths: string) => string])[] = [
  [
    /unsafe-eval|content security policy|blocked by csp/i,
    () => "the page's content policy must have 'wasm-unsafe-eval' in script-src",
  ],
  [
    // Chromium, Firefox, Safari; then what a page of HTML in the file's place gives, and an answer without bytes.
    /dynamically imported module|module script failed|fetching of the wasm failed|magic word|magic header|wrong MIME|fell off end|BufferSource argument is empty/i,
    (wasmPaths) =>
      `onnxruntime-web's ort-wasm-simd-threaded files were not found; wasmPaths, the folder they are served from, is ${wasmPaths}`,
  ],
];

/**
 * Why an execution provider was passed over, in words that a person can act on.
 *
 * @param wasmPaths - as the backend was given it
 */
export function fallbackReason(error: unknown, wasmPaths: string | undefined): string {
  const said = error instanceof Error ? error.message : String(error);
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(said)) ?? [];
  return meaning === undefined ? said : `${meaning(wasmPaths ?? 'not given')} (${said})`;
}
