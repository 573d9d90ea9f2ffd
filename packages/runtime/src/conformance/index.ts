export { CONFORMANCE_METADATA, conformanceModel } from './model.ts';
export {
  CONFORMANCE_DEFAULTS,
  type ConformanceOptions,
  type ConformanceReport,
  type ConformanceResult,
  conformanceCases,
  runConformance,
} from './run.ts';
