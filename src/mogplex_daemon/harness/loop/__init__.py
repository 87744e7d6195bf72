"""Our agent loop: a model asks for tools until it has nothing more to do, and every step becomes an event.

pydantic-ai is used in this folder and by those who make models for it; importing `agent_loop` loads it.
"""
