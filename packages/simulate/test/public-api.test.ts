import { expect, it } from 'vitest';
import * as adapter from '../src/distance-transform.ts';
import * as api from '../src/index.ts';

it('exports these names', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "DISPARITY_DEFAULTS",
      "EVALUATE_CLICKS_DEFAULTS",
      "INITIAL_CLICKS_DEFAULTS",
      "INTERACTIONS_DEFAULTS",
      "NEXT_CLICK_DEFAULTS",
      "PAPER_SEED",
      "SIMULATE_INTERACTION_DEFAULTS",
      "clickProbability",
      "disparity",
      "drawInteractions",
      "evaluateClicks",
      "initialClicks",
      "interactionProbability",
      "nextClick",
      "seededRandom",
      "simulateInteraction",
    ]
  `);
  expect(Object.keys(adapter)).toEqual(['cityBlock']);
});
