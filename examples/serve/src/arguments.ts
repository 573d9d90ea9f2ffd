import { parseArgs } from 'node:util';
import { BATCH_DEFAULTS } from './batcher.ts';
import { checkOptions } from './check-options.ts';
import { StartFault } from './fault.ts';
import { REQUEST_TIMEOUT, type ServeOptions } from './serve.ts';

/** What `--help` says. */
export const USAGE = `Serves a click model over the Open Inference Protocol v2.

  node dist/main.js [options]

  --model FILE               an ONNX model that describes itself (default: @clickseg/model-ct)
  --name NAME                the model's name in addresses (default: clickseg)
  --host HOST                where to listen (default: 127.0.0.1)
  --port PORT                0 takes a free one (default: 8000)
  --max-batch N              most images of one run (default: ${BATCH_DEFAULTS.maxBatch})
  --max-delay MS             that a request waits for company at most (default: ${BATCH_DEFAULTS.maxDelay})
  --request-timeout SECONDS  in which a request must be whole (default: ${REQUEST_TIMEOUT / 1000})
  --threads N                of one run (default: the physical cores)
  --precision fp32|fp16      of the tensors on the wire (default: fp32)
  --origin ORIGIN            a page's origin that may call from a browser, or * (default: none)
  --help                     this text

  CLICKSEG_TOKEN in the environment: a bearer token, wanted of every request but the health checks`;

const OPTIONS = {
  model: { type: 'string' },
  name: { type: 'string', default: 'clickseg' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8000' },
  'max-batch': { type: 'string', default: String(BATCH_DEFAULTS.maxBatch) },
  'max-delay': { type: 'string', default: String(BATCH_DEFAULTS.maxDelay) },
  'request-timeout': { type: 'string', default: String(REQUEST_TIMEOUT / 1000) },
  threads: { type: 'string' },
  precision: { type: 'string', default: 'fp32' },
  origin: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What the command line asks for. */
export interface Arguments {
  /** A file, or `@clickseg/model-ct`. */
  readonly model: string | undefined;
  readonly host: string;
  readonly port: number;
  /** onnxruntime's own choice, the physical cores, where not given. */
  readonly threads: number | undefined;
  readonly options: ServeOptions;
}

/**
 * Reads the command line. The token comes from the environment: arguments can be read by every user of the machine.
 * @returns nothing where `--help` is asked for
 * @throws StartFault naming the option and its value; parseArgs's own error for an unknown one
 */
export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Arguments | undefined {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return undefined;
  if (values.host === '') throw new StartFault('serve: --host is empty, which would listen everywhere');
  const options = {
    name: values.name,
    maxBatch: whole('--max-batch', values['max-batch'], 1),
    maxDelay: whole('--max-delay', values['max-delay'], 0, 60_000),
    requestTimeout: whole('--request-timeout', values['request-timeout'], 1, 86_400) * 1000,
    precision: precision(values.precision),
    origin: values.origin,
    token: environment['CLICKSEG_TOKEN'],
  };
  checkOptions(options);
  return {
    model: values.model,
    host: values.host,
    port: whole('--port', values.port, 0, 65_535, 'port'),
    threads: values.threads === undefined ? undefined : whole('--threads', values.threads, 1),
    options,
  };
}

function whole(
  option: string,
  text: string,
  least: number,
  most = 2 ** 31 - 1,
  what = 'whole number',
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new StartFault(`serve: ${option} ${text || "''"} is no ${what} from ${least} to ${most}`);
}

function precision(text: string): 'fp32' | 'fp16' {
  if (text === 'fp32' || text === 'fp16') return text;
  throw new StartFault(`serve: --precision ${text || "''"} is neither fp32 nor fp16`);
}
