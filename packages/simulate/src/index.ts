export type { Click } from '@clickseg/guidance';
export { DISPARITY_DEFAULTS, type DisparityOptions, disparity } from './disparity.ts';
export type { DistanceField, DistanceName, Measure, MeasureOptions } from './field.ts';
export { INITIAL_CLICKS_DEFAULTS, type InitialClicksOptions, initialClicks } from './initial-clicks.ts';
export { type ClickStrategy, NEXT_CLICK_DEFAULTS, type NextClickOptions, nextClick } from './next-click.ts';
export type { Ignore } from './pair.ts';
export { clickProbability } from './probability.ts';
export { PAPER_SEED, type Random, seededRandom } from './random.ts';
export {
  drawInteractions,
  INTERACTIONS_DEFAULTS,
  type InteractionsOptions,
  interactionProbability,
} from './schedule.ts';
export {
  type InteractionEnd,
  type InteractionStep,
  type Predict,
  SIMULATE_INTERACTION_DEFAULTS,
  type SimulateInteractionOptions,
  simulateInteraction,
} from './simulate-interaction.ts';
