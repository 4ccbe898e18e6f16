"""What would run if a page ever showed a person's words as anything but words."""

from __future__ import annotations

from typing import Final

# Each vector marks what it makes with data-hit, and says so in window.hit if it runs.
_RUN: Final = "window.hit=1"
_VECTORS: Final = (
    f"<script data-hit>{_RUN}</script>",
    f"<img data-hit src=x onerror={_RUN}>",
    f"<svg data-hit onload={_RUN}>",
    f"<svg><script data-hit>{_RUN}</script></svg>",
    f"<svg><animate data-hit onbegin={_RUN} attributeName=x dur=1s>",
    f"<details data-hit open ontoggle={_RUN}>",
    f"<input data-hit autofocus onfocus={_RUN}>",
    f"<select data-hit autofocus onfocus={_RUN}></select>",
    f"<textarea data-hit autofocus onfocus={_RUN}></textarea>",
    f"<video data-hit><source onerror={_RUN}></video>",
    f"<audio data-hit src=x onerror={_RUN}></audio>",
    f"<body data-hit onload={_RUN}>",
    "<iframe data-hit srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<iframe data-hit src=javascript:parent.hit=1></iframe>",
    f"<a data-hit href=javascript:{_RUN}>look</a>",
    f"<form data-hit action=javascript:{_RUN}><button>look</button></form>",
    f"<object data-hit data=javascript:{_RUN}></object>",
    "<embed data-hit src=javascript:parent.hit=1>",
    "<math data-hit><mtext></mtext></math>",
    "<style data-hit>body{display:none}</style>",
    "<link data-hit rel=stylesheet href=//evil.example/a.css>",
    "<meta data-hit http-equiv=refresh content='0;url=javascript:window.hit=1'>",
    "<base data-hit href=//evil.example/>",
    f"<marquee data-hit onstart={_RUN}>",
    f"<p data-hit style=animation-name:x onanimationstart={_RUN}>",
    f"<div data-hit hx-get=/ hx-trigger=load hx-on::load={_RUN}></div>",
    f"<b data-hit onmouseover={_RUN}>",
)
# How a vector would get out of the place where a person's words stand.
_WAYS_OUT: Final = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "-->",
    "]]>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "</option></select>",
    "</template>",
    "\\",
    "`",
    "\u2028",
    "\x00",
    "%22%3E",
    "&quot;&gt;",
    "＂＞",
)
_INSIDE_ATTRIBUTES: Final = tuple(
    f"{quote} {event}={_RUN} data-hit x={quote}"
    for quote in ('"', "'", "")
    for event in ("onfocus", "onmouseover", "onerror", "onload", "autofocus onfocus")
)
# Two factors whose product no page shows by chance.
PRODUCT: Final = str(99_991 * 99_989)
_TEMPLATES: Final = (
    "{{99991*99989}}",
    "${99991*99989}",
    "#{99991*99989}",
    "{%print(99991*99989)%}",
    "<%=99991*99989%>",
    "{{config}}",
    "{{''.__class__.__mro__}}",
    "%(name)s",
    "{0.__class__}",
)
ALL: Final = (
    *(way_out + vector for way_out in _WAYS_OUT for vector in _VECTORS),
    *_INSIDE_ATTRIBUTES,
    *_TEMPLATES,
)
