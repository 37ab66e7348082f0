"""The network in other people's engines: PyTorch and ONNX."""
