// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '5787def9e5bec1e77010fb91a86e0a2b23113aeea5b7d4c65e53068c90fb1438',
  size: 7770405,
};
