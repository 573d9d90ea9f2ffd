import { expect, it } from 'vitest';
import * as adapter from '../src/distance-transform.ts';
import * as api from '../src/index.ts';
import * as ritm from '../src/ritm.ts';

it('exports these names', () => {
  expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
    [
      "DISPARITY_DEFAULTS",
      "INITIAL_CLICKS_DEFAULTS",
      "INTERACTIONS_DEFAULTS",
      "NEXT_CLICK_DEFAULTS",
      "PAPER_SEED",
      "SIMULATE_INTERACTION_DEFAULTS",
      "clickProbability",
      "disparity",
      "drawInteractions",
      "initialClicks",
      "interactionProbability",
      "nextClick",
      "seededRandom",
      "simulateInteraction",
    ]
  `);
  expect(Object.keys(ritm).sort()).toEqual([
    'EVALUATE_CLICKS_DEFAULTS',
    'RITM_PROTOCOL_DEFAULTS',
    'evaluateClicks',
    'ritmProtocol',
  ]);
  expect(Object.keys(adapter)).toEqual(['cityBlock']);
});
