// Adds up vitest's own reports. A count of tests is only worth reading when nothing can drop out of it unseen.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './setup.mjs';

/**
 * The tests of `packages`, from each one's `.results/vitest.json`. A package whose report is missing or
 * unreadable counts as one failure, and so does a test file that failed before its first test, and a test
 * task that failed although its report shows no failure.
 */
export function readTests(packages, tasks) {
  const total = { passed: 0, failed: 0, failures: [], skipped: [] };
  const fail = (line) => {
    total.failed += 1;
    total.failures.push(line);
  };
  for (const { folder, manifest } of packages) {
    const report = readReport(folder);
    if (!report) {
      fail(`${manifest.name}: its tests left no report`);
      continue;
    }
    total.passed += report.numPassedTests;
    const failuresBefore = total.failed;
    for (const suite of report.testResults) {
      const file = relative(root, suite.name);
      for (const { status, fullName } of suite.assertionResults) {
        if (status === 'failed') fail(`${file}: ${fullName}`);
        else if (status !== 'passed') total.skipped.push({ file, title: fullName });
      }
      const broken =
        suite.status === 'failed' && !suite.assertionResults.some(({ status }) => status === 'failed');
      if (broken) fail(`${file}: ${suite.message || 'did not run'}`);
    }
    const task = tasks.find(({ task, owner }) => task === 'test' && owner === manifest.name);
    if (!task?.passed && total.failed === failuresBefore) fail(`${manifest.name}: its test command failed`);
  }
  return total;
}

function readReport(folder) {
  const file = join(folder, '.results', 'vitest.json');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Cut off while being written: as good as none.
    return undefined;
  }
}

/** The line that `npm test` and CI end with. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
