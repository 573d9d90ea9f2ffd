// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: 'dd12e9466021e14f31bc743835aa025e2a7e72628bb1fe5e6da77173a8e1e577',
  size: 7770355,
};
