// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '21ca23084ba55300d3b8167d53f9b19e953d2316d652b1ebdf5791c849e8542f',
  size: 7770405,
};
