import { isClicksegError } from '@clickseg/raster';
import { Command } from 'commander';
import { exportCommand } from './export-command.ts';
import { measureCommand } from './measure-command.ts';
import { publishCommand } from './publish-command.ts';
import { MODEL_CT } from './recipe.ts';
import { trainCommand } from './train-command.ts';

const program = new Command('clickseg-train').description(
  'Train and measure a click model from a folder of scans',
);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped; run the same command again to resume')));

program
  .command('train')
  .description('train model-ct; run again after a stop, it resumes from its checkpoint')
  .option('--data <folder>', 'data folder with an index.json (default: CLICKSEG_DATA, or ../shared/data)')
  .option('--out <folder>', 'where checkpoint, log and model go', 'runs/model-ct')
  .option('--threads <n>', 'CPU threads', Number)
  .action((options) => trainCommand({ ...options, signal: stop.signal }));

program
  .command('measure')
  .description('mean Dice after 1, 2, 5, 10, 15 simulated clicks, by group')
  .requiredOption('--model <file>', 'an exported model')
  .option('--data <folder>', 'data folder with an index.json (default: CLICKSEG_DATA, or ../shared/data)')
  .option('--split <name>', 'which split of it', 'val')
  .option('--groups <names>', 'only these groups, separated by commas')
  .option('--limit <n>', 'most structures of a group', Number)
  .option('--seed <n>', "of the annotator's clicks", Number, MODEL_CT.seed)
  .option('--out <folder>', 'where the table and every score go')
  .option('--threads <n>', 'CPU threads', Number)
  .action(measureCommand);

program
  .command('export')
  .description("write the model of a run's newest checkpoint, also while it trains")
  .option('--run <folder>', 'a training run', 'runs/model-ct')
  .option('--out <file>', 'the model to write', 'model.onnx')
  .action(exportCommand);

program
  .command('publish')
  .description("put a run's weights into the model package")
  .option('--run <folder>', 'a finished training run', 'runs/model-ct')
  .option('--to <folder>', 'the model package', '../../packages/model-ct')
  .action(publishCommand);

try {
  await program.parseAsync();
} catch (error) {
  if (!isClicksegError(error) && !stop.signal.aborted) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
