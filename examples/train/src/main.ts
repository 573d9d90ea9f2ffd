import { isClicksegError } from '@clickseg/raster';
import { Command } from 'commander';
import { MODEL_CT } from './recipe.ts';
import { trainCommand } from './train-command.ts';

const program = new Command('clickseg-train').description('Train and measure a click model from a folder of scans');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('stopped; run the same command again to resume')));

program
  .command('train')
  .description('train model-ct; run again after a stop, it resumes from its checkpoint')
  .option('--data <folder>', 'data folder with an index.json (default: CLICKSEG_DATA, or ../shared/data)')
  .option('--out <folder>', 'where checkpoint, log and model go', 'runs/model-ct')
  .option('--steps <n>', 'training steps of 16 samples', Number, MODEL_CT.steps)
  .option('--threads <n>', 'CPU threads', Number)
  .action((options) => trainCommand({ ...options, signal: stop.signal }));

try {
  await program.parseAsync();
} catch (error) {
  if (!isClicksegError(error) && !stop.signal.aborted) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
