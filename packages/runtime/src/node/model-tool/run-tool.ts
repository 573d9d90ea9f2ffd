import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ClicksegError, withDefaults } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadataInput, parseMetadata } from '../../metadata.ts';
import { readModel } from '../../onnx/read-model.ts';
import { attachMetadata } from './attach-metadata.ts';
import { checkModel } from './check-model.ts';

export const USAGE = `clickseg-model: what an ONNX model tells the runtime about itself

  clickseg-model attach MODEL --name NAME --spacing MM -o OUT [options]
      writes the description into OUT; every other byte of MODEL stays as it is, and so does what MODEL says of
      itself already and no option names
      --output probability|logits   what the network gives (default probability)
      --sigma N                     deviation of a click's Gaussian, pixels (2)
      --kernel sampled|erf          SciPy's Gaussian, or MONAI's (sampled)
      --size-multiple N             height and width are multiples of this (16)
      --max-size N                  largest window along an axis (512)
      --threshold P                 a pixel is inside from this probability on (0.5)
      --certainty P                 a clicked pixel is what its click says with at least this probability; or none
      --curve JSON                  Hounsfield curve before the z-score: [[-175,-175],[275,275]]; or none
      --zoom JSON                   trained on two passes: {"overview":256,"window":256,"margin":1.6}; or none
      --previous-mask yes|no        its fourth channel is the mask before the newest click (no)
      --input-name, --output-name   where the graph has several
      --model-version TEXT          of the weights (0)
  clickseg-model show MODEL         its inputs, outputs and description
  clickseg-model check MODEL        runs it once: shapes, probabilities or logits; exit code 1 where it will not work
`;

const OPTIONS = {
  out: { type: 'string', short: 'o' },
  name: { type: 'string' },
  spacing: { type: 'string' },
  output: { type: 'string' },
  sigma: { type: 'string' },
  kernel: { type: 'string' },
  'size-multiple': { type: 'string' },
  'max-size': { type: 'string' },
  threshold: { type: 'string' },
  certainty: { type: 'string' },
  curve: { type: 'string' },
  zoom: { type: 'string' },
  'previous-mask': { type: 'string' },
  'input-name': { type: 'string' },
  'output-name': { type: 'string' },
  'model-version': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = Partial<Record<Exclude<keyof typeof OPTIONS, 'help'>, string>> & { help?: boolean };

/**
 * The command line of `clickseg-model`.
 *
 * @returns the exit code
 * @throws ClicksegError for what is wrong with the model or the arguments; Node's errors for files
 */
export async function runTool(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { positionals, values } = parse(args);
  const [command, path, ...more] = positionals;
  if (values.help || command === undefined || !path || more.length > 0) {
    print(USAGE);
    return values.help || command === undefined ? 0 : 1;
  }
  const bytes = new Uint8Array(await readFile(path));
  if (command === 'attach') {
    if (!values.out) throw new ClicksegError('invalid-option', 'attach: name the file to write with -o');
    const model = attachMetadata(bytes, description(values, former(bytes)));
    await writeFile(values.out, model);
    print(`${values.out}: ${model.length} bytes, of which ${model.length - bytes.length} are new`);
    return 0;
  }
  if (command === 'show') {
    for (const line of show(bytes)) print(line);
    return 0;
  }
  if (command === 'check') {
    // Only here: the other commands do without onnxruntime-node, which is optional.
    const { nodeBackend } = await import('../node-backend.ts');
    const { input, output, channels, size, range, looksLike, problems } = await checkModel(
      bytes,
      nodeBackend(),
    );
    print(`${input} [1, ${channels}, ${size.join(', ')}] -> ${output} [1, 1, ${size.join(', ')}]`);
    print(`values from ${range[0].toPrecision(4)} to ${range[1].toPrecision(4)}: ${looksLike}`);
    for (const problem of problems) print(`problem: ${problem}`);
    if (problems.length === 0) print('the runtime can use it');
    return problems.length === 0 ? 0 : 1;
  }
  throw new ClicksegError('invalid-option', `clickseg-model: no command '${command}'; attach, show or check`);
}

function parse(args: readonly string[]): { positionals: string[]; values: Values } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new ClicksegError('invalid-option', `clickseg-model: ${(cause as Error).message}`, { cause });
  }
}

/** What a model says of itself already, right or wrong: it is checked together with what is changed. */
function former(bytes: Uint8Array): Partial<ModelMetadataInput> {
  try {
    return JSON.parse(readModel(bytes).properties[MODEL_METADATA_KEY] ?? '{}');
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

// What takes a part of the former description away.
const NONE = 'none';

/** Checked, with every number in its range, by `parseMetadata` when it is attached. */
function description(values: Values, before: Partial<ModelMetadataInput>): ModelMetadataInput {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const { curve, certainty, zoom, 'previous-mask': previousMask } = values;
  const given: Partial<ModelMetadataInput> = {
    name: values.name,
    spacing: number(values.spacing),
    version: values['model-version'],
    output: values.output as ModelMetadataInput['output'],
    sigma: number(values.sigma),
    kernel: values.kernel as ModelMetadataInput['kernel'],
    sizeMultiple: number(values['size-multiple']),
    maxSize: number(values['max-size']),
    threshold: number(values.threshold),
    certainty: certainty === NONE ? undefined : number(certainty),
    zoom: zoom === undefined || zoom === NONE ? undefined : json('--zoom', zoom),
    previousMask: previousMask === undefined ? undefined : yes('--previous-mask', previousMask),
    inputName: values['input-name'],
    outputName: values['output-name'],
    normalization: curve === undefined ? undefined : normalization(curve),
  };
  const all = withDefaults({ name: '', spacing: Number.NaN, ...before }, given);
  return {
    ...all,
    ...(certainty === NONE ? { certainty: undefined } : {}),
    ...(zoom === NONE ? { zoom: undefined } : {}),
  };
}

function yes(option: string, word: string): boolean {
  if (word !== 'yes' && word !== 'no') {
    throw new ClicksegError('invalid-option', `attach: ${option} ${word} is neither yes nor no`);
  }
  return word === 'yes';
}

function normalization(curve: string): ModelMetadataInput['normalization'] {
  return curve === NONE ? { method: 'z-score' } : { method: 'z-score', curve: json('--curve', curve) };
}

function json(option: string, source: string): never {
  try {
    return JSON.parse(source) as never;
  } catch (cause) {
    throw new ClicksegError('invalid-option', `attach: ${option} ${source} is not JSON`, { cause });
  }
}

function show(bytes: Uint8Array): string[] {
  const { inputs, outputs, producer, properties } = readModel(bytes);
  const value = ({ name, dims }: (typeof inputs)[number]) => `${name} [${dims?.map((n) => n ?? '?') ?? '?'}]`;
  const own = properties[MODEL_METADATA_KEY];
  const others = Object.keys(properties).filter((key) => key !== MODEL_METADATA_KEY);
  return [
    `${bytes.length} bytes, made by ${producer || 'someone who does not say'}`,
    `inputs:  ${inputs.map(value).join(', ')}`,
    `outputs: ${outputs.map(value).join(', ')}`,
    ...(others.length > 0 ? [`properties: ${others.join(', ')}`] : []),
    own === undefined ? 'no description for the runtime' : JSON.stringify(parseMetadata(own), undefined, 2),
  ];
}
