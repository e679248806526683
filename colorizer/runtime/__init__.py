"""Colouring without PyTorch: ONNX Runtime for the network, NumPy for the rest; `model.load` gives a colorizer.

The same results as PyTorch's to within one level of 255 (tests/colorizer/test_runtime.py). The network's graph lies in
`graphs/` without weights; these are read from the file that PyTorch reads too.
"""
