import { isClicksegError } from '@clickseg/raster';
import { Command } from 'commander';
import { machineOptions, reportingOptions, settingOptions } from './commands/common.ts';
import { EXIT } from './commands/exit.ts';
import { above0, seconds, whole, words } from './commands/numbers.ts';
import { isFileFault } from './run/file-fault.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const stop = new AbortController();
/** Ends at the next structure; only of commands that keep what is finished, all others end at once. */
function stoppable(): AbortSignal {
  const onSignal = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    console.error('stopping; once more ends it at once');
    stop.abort(new Error('stopped; the same command with --resume goes on'));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return stop.signal;
}
// Whoever read it has gone, such as a terminal that was closed; records and report are still wanted.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** s; a worker that computes may well be silent for less. */
const LOCK_LEAST = 5;
/** Whether the command leaves something behind that would keep the process: a connection that is made again, a chunk given up. */
let leaves = false;
const exit = (code: number) => {
  process.exitCode = code;
};

const program = new Command('evaluate')
  .description("The paper's tables and figures from labelled images and a click model")
  .addHelpText(
    'after',
    '\nAn evaluation is `run`, which needs no naming: `--data FOLDER --model FILE --out FOLDER`. Its options: `run --help`.',
  );

reportingOptions(settingOptions(machineOptions(program.command('run', { isDefault: true }))))
  .description('evaluate every structure on every slice; alone it is the default')
  .option('--out <folder>', 'where records and report go', 'out')
  .option('--resume', 'go on with the records that are there')
  .option('--shard <i/n>', 'only the i-th of n parts, to be merged later')
  .option('--queue <url>', 'hand the work to `evaluate worker` processes through this Redis')
  .action(async (options) => {
    const { evaluateCommand } = await import('./commands/evaluate-command.ts');
    exit(await evaluateCommand(options, stoppable()));
  });

machineOptions(program.command('worker'))
  .description('evaluate for the runs of a queue, on this machine, until stopped')
  .requiredOption('--queue <url>', 'Redis, redis://...')
  .option(
    '--lock <seconds>',
    'until another worker takes over from one that gives no sign of life (default: 30)',
    seconds(LOCK_LEAST),
  )
  .option('--idle <seconds>', 'end after so long without work', above0)
  .action(async (options) => {
    const { workerCommand } = await import('./commands/worker-command.ts');
    leaves = true;
    await workerCommand(options, stoppable());
  });

reportingOptions(machineOptions(program.command('merge')))
  .description('one report from the records of several shards')
  .argument('<places...>', 'folders with interactions*.jsonl, or such files')
  .option('--out <folder>', 'where the report goes', 'out')
  .action(async (places, options) => {
    const { mergeCommand } = await import('./commands/merge-command.ts');
    exit(await mergeCommand(places, options));
  });

machineOptions(program.command('replay'))
  .description('make recorded clicks again and compare the scores with the recorded ones')
  .argument('<places...>', 'folders with interactions*.jsonl, or such files')
  .option('--sample <n>', 'only so many records, drawn with the seed', whole(1))
  .action(async (places, options) => {
    const { replayCommand } = await import('./commands/replay-command.ts');
    exit(await replayCommand(places, options));
  });

program
  .command('compare')
  .description('two runs, or two methods of one, on the same structures: paired tests and a difference plot')
  .argument('<a>', 'folder or file of records')
  .argument('[b]', 'another one; without it, two methods of the first are compared')
  .option('--a <method>', "method of the first (default: the run's first)")
  .option('--b <method>', 'method of the second')
  .option('--out <folder>', 'where the comparison goes', 'comparison')
  .action(async (a, b, options) => {
    const { compareCommand } = await import('./commands/compare-command.ts');
    exit(await compareCommand(a, b, options));
  });

program
  .command('plan')
  .description('a Slurm array script and, with --image, a Kubernetes Indexed Job that evaluate in shards')
  .argument('[args...]', "after --, evaluate's own options: -- --data /data --out /results")
  .requiredOption('--shards <n>', 'how many', whole(1))
  .option('--name <name>', 'of the job and its files', 'clickseg-evaluate')
  .option('--command <words>', 'how evaluate is started there', words, 'node dist/main.js')
  .option('--to <folder>', 'where the files go', '.')
  .option('--image <image>', 'container image (Kubernetes)', words)
  .option('--claim <name>', 'volume claim for the records (Kubernetes)', words)
  .option('--mount <path>', 'where that volume is mounted (default: /work)', words)
  .option('--cpu <n>', 'of a shard (default: 1)', words)
  .option('--memory <size>', 'of a shard (default: 2Gi, 2G)', words)
  .option('--time <time>', 'of a Slurm task (default: 12:00:00)', words)
  .action(async (args, options) => {
    const { planCommand } = await import('./commands/plan-command.ts');
    for (const file of await planCommand(args, options)) console.log(file);
  });

try {
  await program.parseAsync();
} catch (error) {
  const told = isClicksegError(error) || isFileFault(error) || stop.signal.aborted;
  if (!told) throw error;
  console.error((error as Error).message);
  exit(EXIT.failed);
}
if (leaves || stop.signal.aborted) process.exit();
