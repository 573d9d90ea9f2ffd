// `npm run version-packages` and `npm run release`: changesets with the set-up done and our pnpm on the PATH.
import { join } from 'node:path';
import { checkNode, command, fetchPnpm, install, root, run, Stop, workspaceFolders } from './setup.mjs';

const changesets = (...args) =>
  // It asks for npm's one-time password.
  run(process.execPath, [join(root, 'node_modules', '@changesets', 'cli', 'bin.js'), ...args], {
    stdio: 'inherit',
  });

/** Every number and changelog from the changesets, for somebody to look through and commit. */
async function version() {
  return changesets('version');
}

/** All that has a version npm does not know, after every test. */
async function publish() {
  const nameless = workspaceFolders().find(({ manifest }) => !manifest.private && !manifest.repository);
  if (nameless) {
    const why = 'has no `repository`: npm could not follow the links of its README';
    throw new Stop(`${nameless.manifest.name} ${why} (see CONTRIBUTING.md, "Releasing")`);
  }
  const code = await run(process.execPath, [join(root, 'scripts', 'test.mjs')]);
  return code === 0 ? changesets('publish') : code;
}

command(async () => {
  checkNode();
  await fetchPnpm();
  await install();
  const work = { version, publish }[process.argv[2]];
  if (!work) throw new Stop(`release: ${process.argv[2]} is neither version nor publish`);
  return work();
});
