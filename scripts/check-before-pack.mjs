// Every package's `prepack`: what only pnpm makes of a package, and only after a build, must not be published otherwise.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.cwd();
const { name, publishConfig, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const fail = (why) => {
  console.error(`${name}: ${why}`);
  process.exit(1);
};

// npm leaves `publishConfig` and `workspace:` as they stand, and the package could not be loaded.
// biome-ignore lint/suspicious/noUndeclaredEnvVars: no task of turbo's, but of the packer's
const packer = process.env.npm_config_user_agent ?? '';
if (!packer.startsWith('pnpm/'))
  fail('is packed by pnpm alone; `npm run release` publishes (see CONTRIBUTING.md)');

const files = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(files));
const missing = files(publishConfig.exports ?? exports).filter((file) => !existsSync(join(folder, file)));
if (missing.length > 0) fail(`${missing.join(', ')} is not there: build first (npm run build)`);
