// `npm test`: set up, then lint, types, build and tests of every package, then the packages as they would be
// published. The last line counts all of it; a check that never ran counts as failed, not as nothing.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackages } from './check-packages.mjs';
import { closingLine, readTests } from './count-tests.mjs';
import {
  checkNode,
  command,
  fetchPnpm,
  install,
  root,
  Stop,
  steps,
  turbo,
  workspaceFolders,
} from './setup.mjs';

const TASKS = ['lint', 'typecheck', 'build', 'test', '//#lint:root'];

command(async () => {
  checkNode();
  const step = steps(4);
  await step('Package manager', fetchPnpm);
  await step('Dependencies (the first time about 1.2 GB on disk)', install);

  const tested = workspaceFolders().filter(({ manifest }) => manifest.scripts?.test);
  // Gone before the run: what is there afterwards was written by this run, or by turbo from its cache.
  for (const { folder } of tested) rmSync(join(folder, '.results'), { recursive: true, force: true });

  let tasks = [];
  await step('Lint, types, build and tests of every package', async () => {
    const runs = join(root, '.turbo', 'runs');
    const before = new Set(existsSync(runs) ? readdirSync(runs) : []);
    const code = await turbo([...TASKS, '--continue=always', '--summarize', '--output-logs=errors-only']);
    const summary =
      existsSync(runs) && readdirSync(runs).find((name) => name.endsWith('.json') && !before.has(name));
    if (!summary)
      throw new Stop(`turbo left no summary (exit ${code}); what it said stands above`, code || 1);
    tasks = readTasks(JSON.parse(readFileSync(join(runs, summary), 'utf8')));
    rmSync(join(runs, summary));
    const failed = tasks.filter(({ passed }) => !passed).map(({ name }) => name);
    return failed.length === 0 ? `${tasks.length} tasks passed` : `failed: ${failed.join(', ')}`;
  });

  let checks = [];
  await step('The packages as they would be published', async () => {
    checks = await checkPackages();
  });

  const tests = readTests(tested, tasks);
  for (const { file, title } of tests.skipped) console.log(`skipped: ${file}: ${title}`);
  for (const line of tests.failures) console.log(`failed: ${line}`);
  const others = [...tasks.filter(({ task }) => task !== 'test'), ...checks];
  const otherFailures = others.filter(({ passed }) => !passed);
  for (const { name } of otherFailures) console.log(`failed: ${name}`);

  const otherPasses = others.length - otherFailures.length;
  const failed = tests.failed + otherFailures.length;
  console.log(`\n${tests.passed} tests and ${otherPasses} lint, type, build and packaging checks passed`);
  console.log(closingLine({ passed: tests.passed + otherPasses, failed, skipped: tests.skipped.length }));
  return failed === 0 ? 0 : 1;
});

/** Every task that has a command, with whether it ended well; one that was never started did not. */
function readTasks(summary) {
  return summary.tasks
    .filter(({ command }) => command && command !== '<NONEXISTENT>')
    .map(({ taskId, task, package: owner, execution, cache }) => ({
      name: taskId,
      task,
      owner,
      passed: execution ? execution.exitCode === 0 : cache?.status === 'HIT',
    }));
}
