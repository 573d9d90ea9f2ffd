export type { BorderConnectivity } from './border.ts';
export { BOUNDARY_IOU_DEFAULTS, type BoundaryIouOptions, boundaryIou } from './boundary-iou.ts';
export {
  areaUnderCurve,
  CLICKS_TO_TARGET_DEFAULTS,
  type ClicksToTarget,
  type ClicksToTargetOptions,
  type CurvePoint,
  clickCurve,
  clicksToTarget,
  numberOfClicks,
} from './clicks.ts';
export { type CompareLabelsOptions, compareLabels, type LabelComparison } from './compare-labels.ts';
export {
  COMPARE_DEFAULTS,
  type CompareOptions,
  compareMasks,
  DISTANCE_METRICS,
  type DistanceMetricName,
  type FullComparison,
  type MaskComparison,
  METRICS,
  type MetricName,
} from './compare-masks.ts';
export {
  COMPARE_SLICES_DEFAULTS,
  type CompareSlicesOptions,
  compareSlices,
  type SliceComparison,
} from './compare-slices.ts';
export { counts } from './counts.ts';
export type { Direction } from './direction.ts';
export type { EmptyMasks, EmptyPolicy } from './empty.ts';
export {
  HAUSDORFF_DEFAULTS,
  type Hausdorff95Options,
  type HausdorffDefinition,
  type HausdorffOptions,
  type HausdorffPercentileOptions,
  hausdorff,
  hausdorff95,
  hausdorffPercentile,
} from './hausdorff.ts';
export type { Counts } from './mask-pair.ts';
export {
  averageSurfaceDistance,
  type DirectedMeanOptions,
  MEAN_DISTANCE_DEFAULTS,
  type MeanDistanceOptions,
  masd,
  meanAbsoluteDistance,
  type SurfaceKind,
} from './mean-distance.ts';
export {
  dice,
  jaccard,
  OVERLAP_DEFAULTS,
  OVERLAP_METRICS,
  type OverlapMetric,
  type OverlapOptions,
  precision,
  recall,
  specificity,
  volumeSimilarity,
} from './overlap.ts';
export { type PairedBootstrap, pairedBootstrap } from './paired.ts';
export { BOOTSTRAP_DEFAULTS, type BootstrapOptions } from './random.ts';
export type { MeasuredOptions, SurfaceMetricOptions } from './resolve.ts';
export { setHausdorff } from './set-hausdorff.ts';
export { SOFT_DICE_DEFAULTS, type SoftDiceOptions, softDice } from './soft-dice.ts';
export { type SampleUnit, type SummarizeOptions, type Summary, summarize } from './summarize.ts';
export { type MetricSummary, summarizeComparisons } from './summarize-comparisons.ts';
export { SURFACE_DICE_DEFAULTS, type SurfaceDiceOptions, surfaceDice } from './surface-dice.ts';
export {
  type DirectedDistances,
  type ElementDistances,
  type SurfaceDistances,
  surfaceDistances,
} from './surface-distances.ts';
export { type DistanceMetric, SURFACE_DEFAULTS, type SurfaceOptions } from './surface-options.ts';
export {
  MARKDOWN_DEFAULTS,
  type MarkdownOptions,
  type Row,
  type TableOptions,
  toCsv,
  toMarkdown,
  toRows,
} from './table.ts';
export { type WilcoxonResult, wilcoxon } from './wilcoxon.ts';
