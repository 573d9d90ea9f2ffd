// `npm run build`, `lint`, `typecheck`, `unit`, `bench`: turbo with the set-up done and our pnpm on the PATH.
import { resolve } from 'node:path';
import { checkNode, command, fetchPnpm, install, turbo } from './setup.mjs';

command(async () => {
  checkNode();
  await fetchPnpm();
  await install();
  const [task, ...rest] = process.argv.slice(2);
  if (task !== 'bench') return turbo([task, ...rest]);
  // `npm run bench -- DIR`: what is no option is for the benches, not a task of turbo's; they run in their packages.
  const folders = rest.filter((arg) => !arg.startsWith('-')).map((arg) => resolve(arg));
  const options = rest.filter((arg) => arg.startsWith('-'));
  console.log(
    folders.length
      ? `bench: every package, on ${folders[0]}`
      : 'bench: every package; a folder of peers’ arrays may be given, npm run bench -- DIR',
  );
  return turbo([task, ...options, ...(folders.length ? ['--', ...folders] : [])]);
});
