// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: 'c819ad75784ff568eaf7c1bab115dc4809921bceac7d57142f2470ec3d92d517',
  size: 7771018,
};
export const compact = {
  url: new URL('./compact.onnx', import.meta.url),
  sha256: 'b43197d5b8930ab07f0ae1335d81e20830c230908a4a5b8346952d1e1ce4a453',
  size: 2502738,
};
