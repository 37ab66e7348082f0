"""The HTML file: style, script and data in one, and a policy under which it can load nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import Final

from construction.viewer.bundle import asset, script, style_sheet
from construction.viewer.content import Content

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="view"><noscript>This page runs a neural network, and needs JavaScript for it.</noscript></main>
<script type="application/json" id="content">{content}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def page(content: Content) -> str:
    """The whole page. Nothing in ``content`` can leave the JSON that it stands in."""
    style, code = "\n" + asset("page.css") + style_sheet(), "\n" + script("main")
    policy = (
        f"default-src 'none'; script-src {_hash(code)}; style-src {_hash(style)}; "
        f"img-src data:; base-uri 'none'; form-action 'none'"
    )
    return _PAGE.format(
        policy=escape(policy),
        title=escape(f"{content['name']}: how a network becomes an algorithm"),
        style=style,
        content=_json(content),
        script=code,
    )


def _json(content: Content) -> str:
    """JSON that holds no character that HTML could take for markup."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for each in "<>&\u2028\u2029":
        text = text.replace(each, f"\\u{ord(each):04x}")
    return text


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
