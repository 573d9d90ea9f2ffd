#!/usr/bin/env node
import { isClicksegError } from '@clickseg/raster';
import { runTool } from './run-tool.ts';

runTool(process.argv.slice(2), (line) => console.log(line)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: NodeJS.ErrnoException) => {
    // A wrong argument or a missing file is the caller's to mend: its sentence is enough.
    if (!isClicksegError(error) && !error.code) throw error;
    console.error(error.message);
    process.exitCode = 1;
  },
);
