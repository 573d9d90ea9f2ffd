export {
  type ClickCurve,
  EVALUATE_CLICKS_DEFAULTS,
  type EvaluateClicksOptions,
  evaluateClicks,
} from './evaluate-clicks.ts';
export {
  RITM_PROTOCOL_DEFAULTS,
  type RitmProtocolOptions,
  type RitmRow,
  ritmProtocol,
} from './ritm-protocol.ts';
