// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '846eeca91801a68f4d529c1eab6cf6a1ceee909659a27f53f87d8bc4a4d6d258',
  size: 7771018,
};
export const compact = {
  url: new URL('./compact.onnx', import.meta.url),
  sha256: '8cfeda77cf6bc50d890241ba156b93cc98f7090f9620e6ae0b7374c7d6919a25',
  size: 2502738,
};
