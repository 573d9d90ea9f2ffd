// `npm run build`, `lint`, `typecheck`, `unit`, `bench`: turbo with the set-up done and our pnpm on the PATH.
import { checkNode, command, fetchPnpm, install, turbo } from './setup.mjs';

command(async () => {
  checkNode();
  await fetchPnpm();
  await install();
  return turbo(process.argv.slice(2));
});
