import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { isClicksegError } from '@clickseg/raster';

const USAGE = `Segments a CT slice from clicks, then measures the model with a simulated annotator.

  npm start -- [options]

  --clicks FILE   structures, colours and clicks as JSON (default: a chest CT's)
  --out FOLDER    where the overlays go (default: out)
  --model FILE    an ONNX model that describes itself (default: @clickseg/model-ct)
  --image-only    leave the simulated annotator out
  --once          end when done: npm start otherwise serves the click app then
  --help          this text`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      clicks: { type: 'string', default: fileURLToPath(new URL('../clicks/chest.json', import.meta.url)) },
      out: { type: 'string', default: 'out' },
      model: { type: 'string' },
      'image-only': { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  // daikon carries an asm.js decoder, for which V8 prints a warning that no reader can act on.
  setFlagsFromString('--no-validate-asm');
  const { run } = await import('./run.ts');
  await run({
    clicks: resolve(values.clicks),
    out: resolve(values.out),
    model: values.model,
    annotator: !values['image-only'],
    print: (line) => console.log(line),
  });
}

main().catch((error: unknown) => {
  const usage = (error as { code?: string })?.code?.startsWith('ERR_PARSE_ARGS');
  // A fault with a name needs no stack; anything else is ours and does.
  if (isClicksegError(error)) console.error(`\n${error.code}: ${error.message}`);
  else if (usage) console.error(`${(error as Error).message}\n\n${USAGE}`);
  else console.error(error);
  process.exitCode = 1;
});
