// Compiles kernels.ts to WebAssembly and writes the bytes into src/wasm-kernels.ts. Run `npm run wasm`
// after a change; the result is committed, so that building the package needs no compiler for it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const { error, stdout, stderr, binary } = await (async () => {
  let bytes;
  const result = await asc.main(
    [
      'wasm/kernels.ts',
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
    ].concat(['--enable', 'simd', '--initialMemory', '1']),
    { writeFile: (name, contents) => name.endsWith('.wasm') && (bytes = contents) },
  );
  return { ...result, binary: bytes };
})();
if (error) {
  console.error(stdout.toString(), stderr.toString(), error.message);
  process.exit(1);
}
const source = readFileSync(new URL('./kernels.ts', import.meta.url));
const hash = createHash('sha256').update(source).digest('hex');
const base64 = Buffer.from(binary).toString('base64');
writeFileSync(
  new URL('../src/wasm-kernels.ts', import.meta.url),
  `// Written by wasm/build.mjs from wasm/kernels.ts (AssemblyScript): do not edit. Its source has SHA-256\n` +
    `// ${hash}\n` +
    `/** ${binary.length} bytes of WebAssembly, base64: small enough to compile at once on a browser's main thread. */\n` +
    `export const WASM_KERNELS =\n  '${base64}';\n`,
);
console.log(`${binary.length} bytes`);
