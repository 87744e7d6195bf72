"""Everything that can drive a run, each behind the one small protocol of `base.py`.

`registry.py` is the table of them. `loop/` is our own agent loop on a model; `demo/` drives it with a script.
A harness knows the contracts and its `HarnessContext`, and nothing of the host, its journal or its gate.
"""
