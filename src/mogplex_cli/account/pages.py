"""What the browser shows when it has done its part."""

_PAGE = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mogplex</title>
<style>
  body {{ margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 2rem;
         background: #0b0d10; color: #c9d1d9; font: 16px/1.6 ui-monospace, Menlo, Consolas, monospace; }}
  h1 {{ font-size: 1rem; letter-spacing: .2em; color: #f0f3f6; }}
</style>
<main><h1>MOGPLEX</h1><p>{said}</p></main>
</html>
"""
BACK_TO_THE_TERMINAL = _PAGE.format(said="That is all here. Close this page and go back to the terminal.")
NOT_AGREED = _PAGE.format(
    said="Nothing was agreed to, and nobody is signed in. The terminal says how to go on."
)
NOT_WAITED_FOR = _PAGE.format(
    said="No sign-in waits for this page any more. Use the one that was opened last."
)
