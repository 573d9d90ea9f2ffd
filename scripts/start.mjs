// `npm start`: set up, build the main job, run it. Arguments after `--` go to the job.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkNode,
  command,
  environment,
  fetchPnpm,
  install,
  root,
  run,
  Stop,
  steps,
  turbo,
} from './setup.mjs';

const job = join(root, 'examples', 'segment', 'dist', 'main.js');

command(async () => {
  checkNode();
  const step = steps(4);
  await step('Package manager', fetchPnpm);
  await step('Dependencies (the first time about 700 MB on disk)', install);
  await step('Build the main job', async () => {
    const code = await turbo(['build', '--filter=@clickseg/example-segment', '--output-logs=errors-only']);
    if (code !== 0) throw new Stop(`the build failed (exit ${code}); what it said stands above`, code);
    if (!existsSync(job)) throw new Stop(`the build left no ${job}`);
  });
  let exit = 0;
  await step('Segment a CT slice', async () => {
    // The person's own environment and terminal: the job is theirs, and may one day stay up and ask.
    const [env, stdio] = [environment(), 'inherit'];
    exit = await run(process.execPath, ['--enable-source-maps', job, ...process.argv.slice(2)], {
      env,
      stdio,
    });
    return exit === 0 ? 'done' : `ended with exit code ${exit}`;
  });
  return exit;
});
