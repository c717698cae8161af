"""Texts with a marker in each place where words can hide: html, enriched, calendar, card and rtf."""


def mark(word: str) -> str:
    """Return the marker of a hiding place."""
    return f"MARK{word}MARK"


def html() -> bytes:
    """Return a page with text where a person does and does not see it."""
    return f"""<head><title>{mark("title")}</title><meta name=d content="{mark("meta")}">
<style>p:before{{content:'{mark("style")}'}}</style></head>
<body><p>{mark("seen")}<!-- {mark("remark")} --></p>
<p style="display:none">{mark("none")}</p><div hidden>{mark("hidden")}</div>
<span style="color:#fff">{mark("white")}</span><img alt="{mark("alt")}" src="{mark("src")}.png">
<a href="mailto:a@b.se?subject={mark("link")}" title="{mark("tip")}">x</a>
<input value="{mark("input")}"><textarea>{mark("area")}</textarea><noscript>{mark("noscript")}</noscript>
<p data-pat="{mark("data")}">x</p><table><tr><td>MARK<b>spl</b>itMARK</td></tr></table>
<template>{mark("template")}</template><!--[if mso]><p>{mark("mso")}</p><![endif]-->
<option>{mark("option")}</option></body>""".encode()


def enriched() -> bytes:
    """Return enriched text."""
    return f"<bold>MARKbo</bold>ldMARK <color><param>{mark('param')}</param>x</color>".encode()


def calendar() -> bytes:
    """Return a meeting whose lines are folded and escaped."""
    fold = f"DESCRIPTION:{mark('description')[:9]}\r\n {mark('description')[9:]} a\\, b\\n{mark('line')}"
    lines: tuple[str, ...] = (
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        f"SUMMARY:{mark('summary')}",
        fold,
        f"LOCATION:{mark('location')}",
    )
    lines += (
        f"ATTENDEE;CN={mark('attendee')}:mailto:a@b.se",
        f"ORGANIZER;CN=x:mailto:{mark('organizer')}@b.se",
    )
    lines += (f"COMMENT:{mark('comment')}", f"CATEGORIES:{mark('category')}", f"X-OWN:{mark('own')}")
    lines += (
        "X-ALT-DESC;FMTTYPE=text/html:<p>MARK<b>ht</b>mlMARK</p>",
        "UID:1",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "\r\n".join(lines).encode()


def card() -> bytes:
    """Return a visiting card of the older kind."""
    lines: tuple[str, ...] = (
        "BEGIN:VCARD",
        "VERSION:2.1",
        f"FN:{mark('name')}",
        f"TEL;WORK:{mark('phone')}",
        f"ADR:;;{mark('street')};;",
    )
    lines += (
        "NOTE;ENCODING=QUOTED-PRINTABLE:MARKqu=6F=\r\ntedMARK",
        f"TITLE;X-A={mark('parameter')}:x",
        "END:VCARD",
    )
    return "\r\n".join(lines).encode()


def rtf() -> bytes:
    """Return a document with text in every destination that a program shows somewhere."""
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\info{\title %s}{\author %s}{\doccomm %s}}"
    body = (
        r"{\header %s}{\footer %s}\pard %s\par MARK{\b spl}itMARK\par MARK\'e5\'e4MARK MARK\u246?\u228?MARK"
    )
    notes = r"{\footnote %s}{\*\annotation %s}{\*\atnauthor %s}{\*\bkmkstart %s}{\v %s}{\deleted %s}"
    rest = r"{\field{\*\fldinst HYPERLINK %s}{\fldrslt %s}}\trowd %s\cell x\cell\row{\*\unknown %s}}"
    words = "rtftitle rtfauthor remark header footer paragraph note annotation annotator bookmark hidden"
    words += " deleted link"
    words += " result cell unknown"
    return ((head + body + notes + rest) % tuple(map(mark, words.split()))).encode("ascii")
