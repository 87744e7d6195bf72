"""The offline demo: four agents that follow scripts, on the same loop, tools and gate as every other agent.

No model is called. What they say is read out of the results of real tools: a file in `roles/` is one script.
"""
