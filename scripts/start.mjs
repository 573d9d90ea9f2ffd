// `npm start`: set up, build, run the main job, then serve the click app until Ctrl+C. Arguments after `--` go to the
// job; with `--once` the app is left out and it ends when the job has.
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
const app = join(root, 'examples', 'browser', 'server', 'main.mjs');
const args = process.argv.slice(2);
const alone = args.includes('--once') || args.includes('--help');

command(async () => {
  checkNode();
  const step = steps(alone ? 4 : 5);
  await step('Package manager', fetchPnpm);
  await step('Dependencies (the first time about 1.2 GB on disk)', install);
  await step(alone ? 'Build the main job' : 'Build the main job and the click app', async () => {
    const filters = [
      '--filter=@clickseg/example-segment',
      ...(alone ? [] : ['--filter=@clickseg/example-browser']),
    ];
    const code = await turbo(['build', ...filters, '--output-logs=errors-only']);
    if (code !== 0) throw new Stop(`the build failed (exit ${code}); what it said stands above`, code);
    if (!existsSync(job)) throw new Stop(`the build left no ${job}`);
  });
  let exit = 0;
  await step('Segment a CT slice', async () => {
    // The person's own environment and terminal: the job is theirs, and may one day stay up and ask.
    const [env, stdio] = [environment(), 'inherit'];
    exit = await run(process.execPath, ['--enable-source-maps', job, ...args], {
      env,
      stdio,
    });
    return exit === 0 ? 'done' : `ended with exit code ${exit}`;
  });
  if (exit !== 0 || alone) return exit;
  await step('The click app', async () => {
    exit = await run(process.execPath, [app], { env: environment(), stdio: 'inherit' });
    return 'ended';
  });
  return exit;
});
