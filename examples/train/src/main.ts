import { isClicksegError } from '@clickseg/raster';
import { QUANTIZE_DEFAULTS } from '@clickseg/train';
import { Command, Option } from 'commander';
import { type AverageCommand, averageCommand } from './average-command.ts';
import { outliveReaders } from './closed-pipes.ts';
import { exportCommand } from './export-command.ts';
import { type FeedCommand, feedCommand } from './feed-command.ts';
import { type FitCommand, fitCommand } from './fit-command.ts';
import { gridCommand } from './grid-command.ts';
import { measureCommand } from './measure-command.ts';
import { above0, whole, wholeList } from './numbers.ts';
import { packCommand } from './pack-command.ts';
import { publishCommand } from './publish-command.ts';
import { type QuantizeCommand, quantizeCommand } from './quantize-command.ts';
import { MODEL_CT } from './recipe.ts';
import { type StartCommand, startCommand } from './start-command.ts';
import { trainCommand } from './train-command.ts';

const program = new Command('clickseg-train').description(
  'Train and measure a click model from a folder of scans',
);
const stop = new AbortController();
/** Ends with the next step; only of commands that can be resumed, all others end at once. */
function stoppable(): AbortSignal {
  process.once('SIGINT', () => stop.abort(new Error('stopped; run the same command again to resume')));
  return stop.signal;
}

outliveReaders(process.stdout, process.stderr);

const DATA =
  'images and label maps, see the README for its layouts (default: CLICKSEG_DATA, or shared/data beside the repository)';
const SPLIT = "splits of its index.json, separated by commas, or 'all' (default: 'train' where it has that)";

program
  .command('train')
  .description('train model-ct; run again after a stop, it resumes from its checkpoint')
  .option('--data <folder>', DATA)
  .option('--out <folder>', 'where checkpoint, log and model go', 'runs/model-ct')
  .option('--stage <n>', 'the first stage to run; a later one than 1 wants --from', whole(1))
  .option('--from <file>', 'an exported model to go on from')
  .option('--threads <n>', 'CPU threads', whole(1))
  .action((options) => trainCommand({ ...options, signal: stoppable() }));

program
  .command('measure')
  .description('mean Dice after 1, 2, 5, 10, 15 simulated clicks, by group')
  .requiredOption('--model <file>', 'an exported model')
  .option('--data <folder>', DATA)
  .option('--split <name>', "which split of its index.json (default: 'val')")
  .option('--groups <names>', 'only these groups, separated by commas')
  .option('--limit <n>', 'most structures of a group', whole(1))
  .option('--seed <n>', "of the annotator's clicks", whole(0), MODEL_CT.seed)
  .option('--out <folder>', 'where the table and every score go')
  .option('--threads <n>', 'CPU threads', whole(1))
  .action(measureCommand);

const fitting = (command: Command) =>
  command
    .requiredOption('--data <folder>', 'images and label maps; see the README for its layouts')
    .option('--split <names>', SPLIT)
    .option(
      '--patient <regexp>',
      "finds the patient in a case's name, its first group or all of it, where no index.json says it",
    )
    .option(
      '--preset <name>',
      "'quick', 'windows', 'finetune' (with --from), or 'paper' for its section III-C (default: 'finetune' with --from, else 'quick')",
    )
    .option('--from <file>', 'an exported model to go on from, such as packages/model-ct/model.onnx')
    .option('--variant <name>', 'fig2, separable or late')
    .option('--width <n>', 'channels of the first block', whole(1))
    .option('--levels <n>', 'number of poolings', whole(1))
    .option('--spacing <mm>', 'of the working grid; a model of --from has its own', above0)
    .option('--size <pixels>', 'side of the crops', whole(1))
    .option('--steps <n>', 'training steps', whole(1))
    .option('--batch <n>', 'images a step', whole(1))
    .option('--micro-batch <n>', 'images held in memory at once', whole(1))
    .option('--learning-rate <x>', "Adam's", above0)
    .option(
      '--reading <name>',
      "of the paper's schedule: 'independent', 'number', or 'rolling' (more steps, fewer images)",
    )
    .option('--seed <n>', 'of weights, samples, clicks and folds', whole(0))
    .option('--threads <n>', 'CPU threads', whole(1));

fitting(program.command('fit'))
  .description('train a network on any folder of images and label maps; run again after a stop, it resumes')
  .option('--out <folder>', 'where checkpoint, log, curve and model go', 'runs/fit')
  .option('--interactions <K>', 'most simulated corrections an image', whole(0))
  .option('--name <text>', "of the model (default: the name of --out's folder)")
  .action((options: FitCommand) => fitCommand({ ...options, signal: stoppable() }));

fitting(program.command('grid'))
  .description(
    'cross-validate by patient: training clicks x test clicks, as Figs. 4 to 6; resumes cell by cell',
  )
  .option('--out <folder>', 'where cells, grid.jsonl and figures go', 'runs/grid')
  .option('--folds <n>', 'of the cross-validation', whole(2), 3)
  .option('--interactions <list>', 'K of the networks', wholeList(0), [1, 5, 15])
  .option('--limit <n>', 'most structures measured of a group in a cell', whole(1))
  .action((options) => gridCommand({ ...options, signal: stoppable() }));

program
  .command('export')
  .description("write the model of a run's newest checkpoint, also while it trains")
  .option('--run <folder>', 'a training run', 'runs/model-ct')
  .option('--out <file>', 'the model to write', 'model.onnx')
  .option('--width <n>', "channels of the first block, where the run's fit.json does not say so", whole(1))
  .option('--levels <n>', 'its number of poolings, likewise', whole(1))
  .option('--name <text>', "of the model; by default the run's own, or model-ct's")
  .option('--version <text>', "of the model; by default the run's own, or model-ct's")
  .action(exportCommand);

program
  .command('quantize')
  .description('write a smaller form of a model')
  .requiredOption('--model <file>', 'an exported model')
  .requiredOption('--out <file>', 'the model to write')
  .addOption(
    new Option('--to <form>', 'what becomes of its numbers').choices(['int8', 'float16']).default('int8'),
  )
  .option('--data <folder>', 'images and label maps that 8 bits are calibrated on')
  .option('--split <names>', SPLIT)
  .option('--share <x>', "of an activation's values that 8 bits must hold", above0, QUANTIZE_DEFAULTS.share)
  .option(
    '--weight-bits <n>',
    '7 for any processor; 8 where all have VNNI or are ARM',
    whole(7),
    QUANTIZE_DEFAULTS.weightBits,
  )
  .option('--threads <n>', 'CPU threads', whole(1))
  .action((options: QuantizeCommand) => quantizeCommand(options));

program
  .command('average')
  .description('write one model with the mean of the weights of several versions of it')
  .requiredOption('--models <files...>', 'exported models of the same network; the first gives the metadata')
  .requiredOption('--out <file>', 'the model to write')
  .action((options: AverageCommand) => averageCommand(options));

program
  .command('pack')
  .description('write what training reads of a data folder into one file, to train on another machine')
  .option('--data <folder>', DATA)
  .option('--out <file>', 'the file to write', 'slices.bin')
  .action(packCommand);

const readingSlices = (command: Command) =>
  command
    .option('--data <folder>', DATA)
    .option('--slices <file>', "what 'pack' wrote, instead of a data folder");

readingSlices(program.command('start'))
  .description("write a checkpoint of a model's weights, for gpu/train.py to go on from")
  .requiredOption('--from <file>', 'an exported model')
  .option(
    '--width <n>',
    'channels of the first block; more than the model has widen it',
    whole(1),
    MODEL_CT.width,
  )
  .option('--levels <n>', 'number of poolings of the model', whole(1), MODEL_CT.levels)
  .option('--previous-mask', 'add the mask before the newest click as an input, where the model has none')
  .option('--out <file>', 'the checkpoint to write', 'start.bin')
  .action((options: StartCommand) => startCommand(options));

readingSlices(program.command('feed'))
  .description(
    'draw, crop and click for a network that trains elsewhere, over stdin and stdout: see gpu/train.py',
  )
  .requiredOption('--stage <n>', 'whose crops and clicks', whole(1))
  .option('--lanes <n>', 'rolling batches under way at once', whole(1), 4)
  .option('--pool <n>', 'open images of a lane', whole(1), 64)
  .option('--share <i/n>', 'this process of so many', '1/1')
  .action((options: FeedCommand) => {
    // Who trains has ended, for whatever reason: there is nobody to tell, and nothing to do.
    process.stdout.on('error', () => process.exit(0));
    return feedCommand(options);
  });

program
  .command('publish')
  .description("put a run's weights into the model package, as floats and in 8 bits")
  .option('--run <folder>', 'a finished training run', 'runs/model-ct')
  .option('--to <folder>', "the model package (default: packages/model-ct, but of no run of 'fit')")
  .option(
    '--data <folder>',
    'what it was trained on (default: CLICKSEG_DATA, or shared/data beside the repository)',
  )
  .action(publishCommand);

try {
  await program.parseAsync();
} catch (error) {
  if (!isClicksegError(error) && !stop.signal.aborted) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
